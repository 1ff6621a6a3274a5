export { exportEvents } from './event-file.ts';
export { runsIn } from './runs.ts';
export { type Dashboard, type DashboardOptions, startDashboard } from './server.ts';

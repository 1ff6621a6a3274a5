import { nearestName, UserError } from '../../base/index.ts';
import { requireTaskName, type Task, type TaskMixture } from './task.ts';

/* Tasks and mixtures by name, for configurations and command lines. What is registered is made when it is asked for. */

type Make<T> = () => T | Promise<T>;
const makers = new Map<string, Make<Task | TaskMixture>>();

function register(name: string, make: Make<Task | TaskMixture>): void {
  requireTaskName(name);
  if (makers.has(name))
    throw new UserError('data/task', `there is a task or mixture ${name} already`, {
      advice: 'choose another name, or remove it first (removeTask)',
    });
  makers.set(name, make);
}

/** Gives a task a name, of mixtures as well. Throws `data/task` for a name that is taken or none. */
export const registerTask: (name: string, make: Make<Task>) => void = register;
export const registerMixture: (name: string, make: Make<TaskMixture>) => void = register;

/** The task or mixture of a name. Throws `data/task`, with the nearest name there is. */
export async function getTask(name: string): Promise<Task | TaskMixture> {
  const make = makers.get(name);
  if (make) return make();
  const near = nearestName(name, makers.keys());
  throw new UserError('data/task', `there is no task ${name}`, {
    ...(makers.size > 0 ? { expected: taskNames().join(', ') } : {}),
    ...(near ? { advice: `did you mean ${near}` } : {}),
  });
}

/** Names of all tasks and mixtures, in order. */
export const taskNames = (): string[] => [...makers.keys()].sort();

export const removeTask = (name: string): boolean => makers.delete(name);

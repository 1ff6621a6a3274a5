import { EspalierError, UserError } from '../../base/index.ts';

/** An answer that says what is wrong, as OpenAI's interface writes it. */
export interface ErrorBody {
  readonly error: {
    readonly message: string;
    readonly type: string;
    readonly param: string | null;
    readonly code: string | null;
    readonly n_prompt_tokens?: number;
    readonly n_ctx?: number;
  };
}

export interface HttpError {
  readonly status: number;
  readonly body: ErrorBody;
  readonly headers: Readonly<Record<string, string>>;
}

const types: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  403: 'permission_error',
  404: 'not_found_error',
  408: 'timeout_error',
  429: 'rate_limit_error',
  500: 'server_error',
  501: 'not_supported_error',
  503: 'unavailable_error',
};

/** What of our errors is the client's to know under another name. */
const codes: Readonly<Record<string, readonly [status: number, code: string | null]>> = {
  'serve/too-long': [400, 'context_length_exceeded'],
  'serve/overloaded': [429, 'rate_limit_exceeded'],
  'serve/deadline': [408, 'deadline_exceeded'],
  'serve/model': [404, 'model_not_found'],
  'serve/load': [503, 'model_not_loaded'],
  'serve/in-use': [409, 'model_in_use'],
  'serve/response': [404, 'response_not_found'],
  'serve/key': [401, 'invalid_api_key'],
  'serve/host': [403, null],
  'serve/unavailable': [503, 'engine_unavailable'],
  'serve/engine-fault': [500, 'engine_fault'],
  // Nobody reads it: the client has gone.
  'serve/aborted': [499, 'aborted'],
};

/** A field of a request that is not what it can be. */
export const wrongField = (
  param: string,
  summary: string,
  details: { expected?: string; given?: string } = {},
): UserError => new UserError('serve/request', summary, { ...details, fields: { param } });

export function errorBody(
  status: number,
  message: string,
  param: string | null = null,
  code: string | null = null,
): ErrorBody {
  const type = types[status] ?? (status < 500 ? 'invalid_request_error' : 'server_error');
  return { error: { message, type, param, code } };
}

/** What the web server throws at clients' mistakes. */
interface FrameworkError {
  readonly statusCode?: number;
  readonly message: string;
  readonly validation?: readonly {
    readonly instancePath: string;
    readonly params: Readonly<Record<string, unknown>>;
  }[];
}

/** The answer to whatever was thrown. A mistake of ours tells nothing of what it was. */
export function httpErrorOf(error: unknown): HttpError {
  if (error instanceof EspalierError) return ofOurs(error);
  const { statusCode, message, validation } = error as FrameworkError;
  if (validation) {
    const [first] = validation;
    const missing = typeof first.params.missingProperty === 'string' ? [first.params.missingProperty] : [];
    const path = [...first.instancePath.split('/').slice(1), ...missing];
    return plain(400, message.slice(0, 500), path.length > 0 ? path.join('.') : null);
  }
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500)
    return plain(statusCode, message.slice(0, 500));
  return plain(500, 'the server failed; its log says how');
}

const plain = (status: number, message: string, param: string | null = null): HttpError => ({
  status,
  body: errorBody(status, message, param),
  headers: {},
});

function ofOurs(error: EspalierError): HttpError {
  const { fields } = error;
  const retryAfterMs = typeof fields.retryAfterMs === 'number' ? fields.retryAfterMs : undefined;
  const [known, code] = codes[error.code] ?? [error instanceof UserError ? 400 : 500, null];
  // A deadline that cannot be met is refused before it has begun.
  const status = error.code === 'serve/deadline' && retryAfterMs !== undefined ? 429 : known;
  const isOurs = status === 500 && code === null;
  const { error: body } = errorBody(
    status,
    isOurs ? 'the server failed; its log says how' : error.message,
    typeof fields.param === 'string' ? fields.param : null,
    code,
  );
  const headers: Record<string, string> = {};
  if (retryAfterMs !== undefined) {
    headers['retry-after-ms'] = String(retryAfterMs);
    headers['retry-after'] = String(Math.ceil(retryAfterMs / 1000));
  }
  if (status === 408) headers['x-should-retry'] = 'false';
  if (error.code !== 'serve/too-long') return { status, body: { error: body }, headers };
  const sizes = { n_prompt_tokens: Number(fields.numPromptTokens), n_ctx: Number(fields.maxLength) };
  return { status, body: { error: { ...body, ...sizes } }, headers };
}

const explained = {
  // How a task ended
  TASK_FAILED: 'the task threw something that is not a Failure; what it threw is the cause',
  TIMEOUT: 'an attempt, or a task with all its attempts, ran past its time limit',
  CANCELLED: 'the run or the task was cancelled; the reason is the message',
  BUDGET_SPENT: 'the budget of the run, or of one around it, has no room for the task; the message names the limit',
  FILTERED: 'the filter of a pipeline dropped the item',
  NEED_FAILED: 'a task of a graph was not run, because a task that it needs gave no value; the cause says why',
  SPLIT_INVALID:
    'the split of a fan-out gave no list of sub-tasks, none or too many; the message says what is wrong where',

  // Misuse: these reject the call, never a single item
  INVALID_OPTION: 'an option is unknown, misplaced or out of range',
  INVALID_INPUT: 'the inputs are not what the call takes',
  SOURCE_FAILED: 'the source of the items threw while it was read',
  RUNTIME_CLOSED: 'the runtime was closed before or during the call',

  // Graphs: these, too, reject the call before anything runs
  GRAPH_CYCLE: 'tasks of a graph need each other in a circle; the message names it',
  UNKNOWN_NEED: 'a task of a graph needs a name that is not in the graph',
  SELF_NEED: 'a task of a graph needs itself',
  DUPLICATE_NAME: 'two tasks of a graph have the same name',
  DUPLICATE_NEED: 'a task of a graph needs the same task twice',
  DUPLICATE_HANDLE: 'the same task handle stands in a graph under two names',

  // Worker threads
  WORKER_LOST: 'the worker thread died while it ran the task (exit, crash, out of memory)',
  POOL_UNAVAILABLE: 'the pool cannot start a thread',
  WORKER_MODULE: 'a worker module does not load, or lacks the export that was called',
  NOT_CLONEABLE: 'an input or a result cannot be sent to another thread',

  // The network
  URL_INVALID: 'the address is not a valid URL, or names a file where data may name pages only (allowFiles: true)',
  SCHEME_UNSUPPORTED: 'the URL has a scheme other than http and https',
  ADDRESS_REFUSED: 'the host resolves to an address that is not public, and private addresses are not allowed',
  DNS_FAILED: 'the name of the host does not resolve',
  CONNECT_FAILED: 'no connection to the host (refused, unreachable, TLS)',
  CONNECTION_LOST: 'the connection broke before the whole answer had arrived',
  NETWORK_TIMEOUT: 'connecting, the headers or the body took longer than their limit',
  HTTP_STATUS: 'the server answered with a status other than 2xx',
  REDIRECT_LIMIT: 'more redirects than allowed, or a redirect without a usable address',
  BODY_TOO_LARGE: 'the body, as sent or decompressed, is larger than maxBytes',
  BODY_INVALID: 'the body cannot be decompressed, or ends early',
  ROBOTS_DENIED: 'robots.txt of the host disallows this page for our user agent',
  ROBOTS_UNAVAILABLE: 'robots.txt of the host cannot be read now, which RFC 9309 takes as a refusal',

  // Files
  FILE_UNREADABLE: 'the file does not exist or cannot be read',
  NO_MATCH: 'a folder or a pattern holds nothing that can be read',

  // Where the records go
  OUTPUT_FAILED: 'the records cannot be written: no permission, no space, or something else is in the way',
  OUTPUT_CLOSED: 'whoever read the records has closed its end of the pipe, as `head` does: stop quietly',

  // Models
  RATE_LIMITED: 'the provider was asked for more than the account may have just now (429)',
  OVERLOADED: 'the provider has too much to do, or failed by itself (5xx, 529)',
  SPENDING_CAP: 'the account may spend no more: the lane of the provider is stopped',
  AUTH_FAILED: 'the provider does not accept the key, or has none to accept: its lane is stopped',
  REQUEST_REFUSED: 'the provider, or the model, does not take this request (400, too long, unknown model)',
  CONTENT_REFUSED: 'the model refused to answer for what was asked',
  FIRST_TOKEN_TIMEOUT: 'the first token of the answer took longer than firstTokenTimeoutMs',
  ANSWER_INVALID:
    'the answer is not what the schema describes, after one repair, or no vectors; the message says what is wrong where',
  LANE_STOPPED:
    'the lane was stopped because nothing it sends is answered; the cause says why. lane(name).resume() opens it',
  MODEL_UNKNOWN: 'there is no model of this name in the catalogue, or its weights are not on this machine',
  MODEL_UNAVAILABLE:
    'the model cannot be used here: node-llama-cpp is not installed, or the file is no model it can load',
  MODEL_TOO_LARGE: 'the model does not fit into the memory of this machine; the message says what would',
  MODEL_LOST: 'the process or the thread of the model died; it is started again, at most 3 times in a row',
  DOWNLOAD_FAILED:
    'the weights of a model could not be fetched, or not be removed; what has arrived is kept, and the next pull goes on from there',
  DOWNLOAD_CORRUPT: 'what was fetched is not what the catalogue describes (size, sha256): it was thrown away',

  // Jobs and durable runs
  JOB_INVALID:
    'the job file is not what its schema describes; the message names line, column and the nearest valid name',
  INPUT_MALFORMED: 'a line of the input is not what its format says; the message names the line',
  INPUT_ENCODING:
    'the input is no text in UTF-8; the message names what it seems to be and the command that converts it',
  INPUT_CHANGED: 'the input of an unfinished run is not what it was: that run cannot go on, a new one can',
  RUN_UNKNOWN: 'there is no run of this id beside the job',
  INTERRUPTED:
    'the process, or the thread that did it, ended after this work was begun and before its result was recorded, and the step says not to do it again',
  EFFECTS_CHANGED:
    'a step with effects was changed since it had them, and would do them again; the message says how to keep them',
  JOURNAL_LOCKED: 'another process writes this run; the message names it',
  JOURNAL_FAILED:
    'the journal cannot be written: no space, no permission; what was committed is safe, the run can go on',
  JOURNAL_CORRUPT: 'the journal is damaged, or no journal: it is left as it is; the message says what to do',
  JOURNAL_NEWER: 'the journal was written by a newer version of weft: it is left as it is',
  BATCH_EXPIRED: 'the provider did not get to this request of a message batch within a day, or the batch was cancelled',
  RESULT_INVALID:
    'a step gave what cannot be recorded as JSON: a number that is none, a bigint, a function, a circle, too much for a text',
  COMPENSATION_FAILED: 'what a step did could not be taken back; rollback goes on from there',

  // Reading a page
  UNSUPPORTED_TYPE: 'the content is of a kind that weft does not read (JSON, XML, an image, an archive)',
  PDF_UNSUPPORTED: 'the content is a PDF, whatever its name or header says',
  EMPTY_PAGE: 'the page holds no text',
  NEEDS_JAVASCRIPT: 'the page is a shell whose text only appears after its scripts have run',
}

export type BuiltInCode = keyof typeof explained

/**
 * Every failure code that weft itself gives, with what it means. Match on the code, never on the message.
 * README prints this table; a test holds the two together.
 */
export const codes: Readonly<Record<BuiltInCode, string>> = explained

import { parentPort } from 'node:worker_threads'
import { serveJournal } from './journal/serve.ts'

// What the thread of a journal runs.
serveJournal(parentPort!)

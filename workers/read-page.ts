/** Reads pages on a worker thread: the module that `cpu.readPage` points at. */
export { readPage } from './reading/read.ts'

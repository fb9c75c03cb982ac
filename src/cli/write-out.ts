import type { Writable } from 'node:stream'

/** Writes a text with a line end, and waits until it is written: a process that ends before would cut it. */
export function writeOut(output: Writable, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    output.write(`${text}\n`, (error) => (error ? reject(error) : resolve()))
  })
}

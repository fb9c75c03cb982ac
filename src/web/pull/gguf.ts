import { open } from 'node:fs/promises'

/** Whether a file begins as GGUF does (ggml, docs/gguf.md). The page that a hotel's network sends in its place does not. */
export async function isGguf(path: string): Promise<boolean> {
  await using file = await open(path)
  const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 0)
  return buffer.toString('latin1', 0, bytesRead) === 'GGUF'
}

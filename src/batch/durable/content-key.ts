import { hash } from 'node:crypto'

/** SHA-256 of what the step is and of what it is given: 132 bits of it, as 22 characters of base64url. */
export function contentKey(version: string, input: string): string {
  return hash('sha256', `${version}\n${input}`, 'base64url').slice(0, 22)
}

/** What is no JSON (undefined, a function) counts as null. */
export function jsonOf(value: unknown): string {
  return JSON.stringify(value) ?? 'null'
}

/** Status and headers of an answer; the names are in lower case. */
export interface Head {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
}

/** First value of a header. */
export function headerOf({ headers }: Head, name: string): string | undefined {
  const value = headers[name]
  return Array.isArray(value) ? value[0] : value
}

/** One post of a thread or one answer to a question. */
export interface Post {
  readonly author: string
  /** ISO 8601. */
  readonly time: string
  readonly html: string
}

const section = /<section data-author="([^"]*)" data-time="([^"]*)">\n([\s\S]*?)\n<\/section>/g

/** The posts of a fragment that is a row of `<section data-author data-time>`. */
export function readPosts(html: string): readonly Post[] {
  return [...html.matchAll(section)].map(([, author, time, body]) => ({
    author: author as string,
    time: time as string,
    html: body as string,
  }))
}

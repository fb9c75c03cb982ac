interface ReadPage {
  readonly results: { readonly page: { readonly title: string | null }; readonly summary: string }
}

/** What stands behind a `collect` is given all that came so far, as `items`. */
export function composeReport({ items }: { readonly items: readonly ReadPage[] }): string {
  const parts = items.map(({ results: { page, summary } }) => `## ${page.title ?? 'Without a title'}\n\n${summary}\n`)
  return `# ${items.length} pages\n\n${parts.join('\n')}`
}

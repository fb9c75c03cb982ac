import type { SchemaIssue } from '../../src/core/standard-schema.ts'

/** What is wrong where, a line for each: `at city.name: expected string`. At most 10, and how many more there are. */
export function faultsOf(issues: readonly SchemaIssue[]): string[] {
  const shown = issues.slice(0, maxIssues).map(({ message, path = [] }) => {
    const place = path.map((step) => String(typeof step === 'object' ? step.key : step)).join('.')
    return place === '' ? message : `at ${place}: ${message}`
  })
  return issues.length > maxIssues ? [...shown, `and ${issues.length - maxIssues} more`] : shown
}

const maxIssues = 10

/** The environment variables of a host: ours, without what is for a provider that it never asks. */
export function hostEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('ANTHROPIC_')))
}

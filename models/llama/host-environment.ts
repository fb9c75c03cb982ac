/** The environment variables of a host: ours, without the key of a provider that it never asks. */
export function hostEnvironment(): NodeJS.ProcessEnv {
  const { ANTHROPIC_API_KEY: _, ...rest } = process.env
  return rest
}

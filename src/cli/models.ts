import type { Command } from 'commander'

/** Adds `weft models` with its commands; what they do is loaded when one is run. */
export function addModelsCommand(program: Command, exit: (code: number) => void): void {
  const models = program
    .command('models')
    .description('Local models by name: which there are, and their weights on this machine.')
    .addHelpText('after', examples)
  models
    .command('list')
    .description('List the catalogue: kind, size, memory, context, licence, and what is pulled.')
    .option('--json', 'as one JSON array')
    .action(async (options: { readonly json?: boolean }) => {
      const { listCommand } = await import('./models-list.ts')
      exit(await listCommand(options))
    })
  models
    .command('pull')
    .description('Fetch the weights of models, one after the other. Goes on where an earlier pull ended.')
    .argument('<names...>', 'names in the catalogue')
    .option('--allow-private', 'allow private and loopback addresses')
    .option('--json', 'events as JSON lines on standard error')
    .option('--quiet', 'nothing on standard error')
    .action(async (names: string[], options: Record<string, unknown>) => {
      const { pullCommand } = await import('./models-pull.ts')
      exit(await pullCommand(names, options))
    })
  models
    .command('path')
    .description('Print where the weights of a pulled model lie.')
    .argument('<name>')
    .action(async (name: string) => {
      const { pathCommand } = await import('./models-list.ts')
      exit(await pathCommand(name))
    })
  models
    .command('rm')
    .description('Remove the weights of models, and what unfinished pulls have left.')
    .argument('<names...>')
    .action(async (names: string[]) => {
      const { removeCommand } = await import('./models-list.ts')
      let code = 0
      for (const name of names) code = Math.max(code, await removeCommand(name))
      exit(code)
    })
}

const examples = `
Examples:
  weft models list                             what there is, and what is pulled
  weft models pull qwen3-0.6b bge-m3           the weights of two models, checked against their sha256
  weft models path qwen3-0.6b                  for other programs: llama-cli -m "$(weft models path qwen3-0.6b)"
  weft models rm bge-m3

Weights lie in the user's cache folder, or where WEFT_MODELS_DIR says. WEFT_CATALOGUE names a file of models of your own.
Ctrl-C stops a pull; what has arrived is kept, and the next pull goes on from there.
Exit codes: 0 all done, 1 some failed or not there, 2 wrong usage, 3 nothing done, 130 interrupted.`

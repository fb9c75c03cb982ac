import { parseArgs } from 'node:util'
import { type CampaignReport, campaign } from './campaign.ts'

// By hand: npm run crash -- --kills 1000 --seed 1 [--power]

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '100' },
    seed: { type: 'string', default: '1' },
    items: { type: 'string', default: '200' },
    power: { type: 'boolean', default: false },
  },
})

const report = await campaign({
  kills: Number(values.kills),
  seed: Number(values.seed),
  items: Number(values.items),
  killsPerRun: 20,
  durability: values.power ? 'power' : 'process',
  withPowerCuts: values.power,
  isOrdered: Number(values.seed) % 2 === 0,
  onRun: (so) => console.log(line(so)),
})
console.log(JSON.stringify(report, undefined, 2))

function line({ kills, runs, calls, callsNeeded, inFlight, unrecorded }: CampaignReport): string {
  return `${kills} kills in ${runs} runs: ${calls} calls, ${callsNeeded} needed + ${inFlight} in flight + ${unrecorded} unrecorded at kills`
}

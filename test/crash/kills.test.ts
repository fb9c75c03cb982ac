import { expect, it } from 'vitest'
import { type CampaignOptions, campaign } from './campaign.ts'

// 60 kills in all, always the same ones as far as a random moment can be: npm run crash does more, see main.ts.
const usual = { items: 120, killsPerRun: 12, isOrdered: false, withPowerCuts: false, durability: 'process' } as const
const campaigns: readonly (readonly [string, CampaignOptions])[] = [
  ['as they come', { ...usual, seed: 11, kills: 24 }],
  ['in the order of the input', { ...usual, seed: 12, kills: 16, isOrdered: true }],
  ['with power cuts', { ...usual, seed: 13, kills: 20, durability: 'power', withPowerCuts: true }],
]

it.each(campaigns)(
  'loses nothing and does nothing twice, killed again and again: %s',
  { timeout: 300_000 },
  async (_, options) => {
    const report = await campaign(options)
    expect(report.kills).toBe(options.kills)
    // What need not have been made: every one of them was open at a kill.
    expect(report.calls).toBeLessThanOrEqual(report.callsNeeded + report.inFlight + report.unrecorded)
    // No kill finds more open than may be on its way at the same time, with what is recorded meanwhile.
    expect(report.mostAtOnce).toBeLessThanOrEqual(32)
  },
)

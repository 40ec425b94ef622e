// Preloaded into a measured process: at its end its own resource use is written to the file named by HAETAE_USAGE.
import { writeFileSync } from 'node:fs'

process.on('exit', () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage()
  writeFileSync(process.env.HAETAE_USAGE, JSON.stringify({ cpu: userCPUTime + systemCPUTime, maxRSS }))
})

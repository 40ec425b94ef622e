import type { SensorIncident } from '../../runtime/sensors/index.ts'

/** What was told of the sensor itself so far. */
export interface SensorHealth {
  stops: number
  gaps: number
  gapSeconds: number
  /** Whether it runs. */
  isUp: boolean
}

/** Stands between the sensor and the outputs of alerts. */
export interface SensorWatch {
  readonly health: Readonly<SensorHealth>
  take(incident: SensorIncident): void
  ready(): void
  /** Lets out what waits. */
  end(): void
}

/** Losses are told at once, then at most as often as this, summed up: as Falco's default rate has it. */
const DROPS_MILLISECONDS = 30_000

/**
 * @param emit - raises an alert about the incident
 * @param begun - told when events are seen for the first time
 */
export function watchSensor(emit: (incident: SensorIncident) => void, begun = () => {}): SensorWatch {
  const health: SensorHealth = { stops: 0, gaps: 0, gapSeconds: 0, isUp: false }
  const waiting: Record<string, number> = {}
  let timer: NodeJS.Timeout | undefined
  let hasBegun = false
  return {
    health,
    take(incident) {
      if (incident.kind === 'drops') {
        for (const [cause, count] of Object.entries(incident.causes))
          waiting[cause] = (waiting[cause] ?? 0) + count
        if (timer === undefined) tellDrops()
        return
      }
      if (incident.kind === 'stopped') {
        health.stops++
        health.isUp = false
      } else {
        health.gaps++
        health.gapSeconds += (incident.end - incident.start) / 1000
      }
      emit(incident)
    },
    ready() {
      health.isUp = true
      if (!hasBegun) begun()
      hasBegun = true
    },
    end() {
      clearTimeout(timer)
      tellDrops()
      clearTimeout(timer)
      health.isUp = false
    },
  }

  function tellDrops(): void {
    timer = undefined
    if (Object.keys(waiting).length === 0) return
    emit({ kind: 'drops', time: Date.now(), causes: { ...waiting } })
    for (const cause of Object.keys(waiting)) delete waiting[cause]
    timer = setTimeout(tellDrops, DROPS_MILLISECONDS).unref()
  }
}

/** Something that keeps the sensor of this machine from seeing. Times are milliseconds since 1970. */
export type SensorIncident =
  /** Events were lost since the last time: how many by cause. */
  | { readonly kind: 'drops'; readonly time: number; readonly causes: Readonly<Record<string, number>> }
  /** It ended by itself, or was ended for its silence; nothing is seen until it is ready again. */
  | { readonly kind: 'stopped'; readonly time: number; readonly cause: string }
  /** It sees again: from the last sign of life until now nothing was seen. */
  | { readonly kind: 'gap'; readonly start: number; readonly end: number; readonly cause: string }

/** Why a sensor that runs is ended: it said nothing, though it was listened to. */
export const SILENT = 'silent'

import { Environment } from '../check/environment.ts'
import { AUTHORIZER_TYPES, authorizerLibrary } from '../library/authorizer.ts'
import { conversions } from '../library/conversions.ts'
import { formatting } from '../library/format.ts'
import { ipLibrary } from '../library/ip.ts'
import { CIDR, IP } from '../library/ip-values.ts'
import { lists } from '../library/lists.ts'
import { moreLists } from '../library/more-lists.ts'
import { FORMAT, formatLibrary } from '../library/named-formats.ts'
import { operators } from '../library/operators.ts'
import { optionals } from '../library/optionals.ts'
import { QUANTITY, quantityLibrary } from '../library/quantity.ts'
import { regex } from '../library/regex.ts'
import { SEMVER, semverLibrary } from '../library/semver.ts'
import { sets } from '../library/sets.ts'
import { strings } from '../library/strings.ts'
import { textBasics } from '../library/text-basics.ts'
import { time } from '../library/time.ts'
import { URL_TYPE, urlLibrary } from '../library/url.ts'

/**
 * What every expression in Kubernetes may use, without any variable (Kubernetes documentation, "Common Expression
 * Language in Kubernetes", "CEL options, language features, and libraries"): all libraries up to Kubernetes 1.36.
 */
export const baseEnvironment: Environment = new Environment({
  functions: [
    ...operators,
    ...conversions,
    ...textBasics,
    ...time,
    ...optionals,
    ...strings,
    ...formatting,
    ...lists,
    ...moreLists,
    ...sets,
    ...regex,
    ...urlLibrary,
    ...ipLibrary,
    ...quantityLibrary,
    ...semverLibrary,
    ...formatLibrary,
    ...authorizerLibrary,
  ],
  types: [...AUTHORIZER_TYPES, URL_TYPE, IP, CIDR, QUANTITY, SEMVER, FORMAT],
})

// The console works without any of this: forms, links and folds are the server's. What is here makes
// pages follow the loop, and lets a keyboard drive them.
import { startCountdowns } from './countdown.js'
import { startFilters } from './filter.js'
import { startKeys } from './keys.js'
import { startLive } from './live.js'

startCountdowns()
startFilters()
startKeys()
startLive()

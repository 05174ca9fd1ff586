// The twin of range-assets.js for the offline page: the worker is within.
import InlineRangeWorker from './range-worker.js?worker&inline'

export const newRangeWorker = () => new InlineRangeWorker()

// Where the worker of the Range view comes from on a site; its twin for the offline page carries it inside.
export const newRangeWorker = () => new Worker(new URL('./range-worker.js', import.meta.url), { type: 'module' })

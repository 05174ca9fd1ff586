// What lessons measure: specs on the open vectors, recipes on the demo network.

/** The specs of lessons on search and errors, measured by the run over the open vectors. */
export const SPECS = [
    'f32',
    'int4:map=offset,per=dim',
    'int8:map=offset,per=dim',
    'int8',
    'int4',
    'int4:map=offset,per=dim,round=trunc',
    'int4:map=offset,per=dim,round=stochastic',
    'binary:query=f32',
    'binary:center=mean,query=f32',
    'binary:query=f32,rotate=hadamard',
    'rabitq',
    'ternary',
    'binary',
    'binary:rescore=2',
    'binary:rescore=4',
    'binary:rescore=8',
    'int4:feedback=1',
    'pq:m=64',
]

/** Those of them that rows of so many values can be coded by: a run refuses others. @param {import('../state/specs.js').Book} book @param {number} rows @param {number} dim */
export const specsFor = (book, rows, dim) =>
    SPECS.filter(spec => {
        try {
            return !!book.ledger(spec, rows, dim)
        } catch {
            return false
        }
    })

/** The recipes that change a finished network: they are quick. */
export const NEURAL = [
    'static:w=int8,a=int8',
    'static:w=int4,a=int8',
    'weights:w=int3',
    'dynamic:w=int3,a=int8',
    'static:w=int3,a=int8',
    'static:w=int3,a=int8,rounding=gptq',
    'static:w=int8,a=int8,calibrate=1',
    'static:w=int8,a=int8,calibrate=10',
    'static:w=int8,a=int8,calibrate=100',
    'static:w=int8,a=int8,calibrate=1000',
    'prune:w=f32,bits=8',
]

/** The recipes that train: only when they are asked for. */
export const TRAINED = ['qat:w=int3,a=int8', 'lsq:w=int3,a=int8']

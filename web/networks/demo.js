// The demo networks by name: what they are called, the names of their classes, and recipes to start from.

const CLOTHES = [
    ...['T-shirt', 'trouser', 'pullover', 'dress', 'coat'],
    ...['sandal', 'shirt', 'sneaker', 'bag', 'ankle boot'],
]

/** @type {Record<string, { title: string, classes?: string[] }>} */
export const DEMOS = {
    'fashion-mlp': { title: 'Fashion', classes: CLOTHES },
    'fashion-cnn': { title: 'Fashion, convolutions', classes: CLOTHES },
    'fashion-dscnn': { title: 'Fashion, depthwise', classes: CLOTHES },
    'digits-mlp': { title: 'Digits' },
}

/** Two recipes side by side. */
export const STARTS = [
    { title: 'int4, int3', a: 'static:w=int4,a=int8', b: 'static:w=int3,a=int8' },
    { title: 'int8, int4', a: 'static:w=int8,a=int8', b: 'static:w=int4,a=int8' },
    { title: 'static, dynamic', a: 'static:w=int8,a=int4', b: 'dynamic:w=int8,a=int4' },
    { title: 'rounded, GPTQ', a: 'weights:w=int2', b: 'weights:w=int2,rounding=gptq' },
    { title: 'as it is, corrected', a: 'static:w=int3,a=int8', b: 'static:w=int3,a=int8,correct=bias+cle' },
    { title: 'mixed', a: 'weights:w=int3', b: 'mixed:w=int3' },
    { title: 'int2, trained', a: 'static:w=int2,a=int8', b: 'qat:w=int2,a=int8' },
]

/** The least and the most of what menus offer; any other is written in the field. */
export const WEIGHTS = ['int8', 'int6', 'int5', 'int4', 'int3', 'int2', 'f8_e4m3', 'nf4', 'mxfp4']
export const INPUTS = ['int8', 'int7', 'int6', 'int5', 'int4', 'int3', 'int2']

/** What B's formats can be done by; {w} and {a} are its formats. What does not apply to them says why in its row. */
export const METHODS = [
    { recipe: 'weights:w={w}', title: 'weights only' },
    { recipe: 'dynamic:w={w},a={a}', title: 'dynamic' },
    { recipe: 'static:w={w},a={a}', title: 'static' },
    { recipe: 'static:w={w},a={a},correct=cle', title: 'static, equalise layers' },
    { recipe: 'static:w={w},a={a},correct=bias', title: 'static, bias correction' },
    { recipe: 'static:w={w},a={a},correct=bias+cle', title: 'static, equalise and correct' },
    { recipe: 'static:w={w},a={a},rounding=awq', title: 'static, AWQ' },
    { recipe: 'static:w={w},a={a},smooth=0.5', title: 'static, SmoothQuant' },
    { recipe: 'static:w={w},a={a},rounding=gptq', title: 'static, GPTQ' },
    { recipe: 'static:w={w},a={a},rounding=gptq,correct=bias', title: 'static, GPTQ and correct' },
]

/** How B's formats are trained on. */
export const TRAINED = [
    { value: 'qat', text: 'straight-through' },
    { value: 'lsq', text: 'learned steps (LSQ)' },
    { value: 'bwn', text: 'binary weights' },
    { value: 'twn', text: 'ternary weights' },
    { value: 'float', text: 'float32' },
]

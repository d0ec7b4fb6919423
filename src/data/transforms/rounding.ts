// Python's rounding.

/** `round(x)` of Python for x >= 0: halves go to the even neighbour. */
export function roundHalfToEven(x: number): number {
  const floor = Math.floor(x);
  const isUp = x - floor > 0.5 || (x - floor === 0.5 && floor % 2 === 1);
  return isUp ? floor + 1 : floor;
}

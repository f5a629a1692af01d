/** Height of a letter, in dots. */
export const LETTER_HEIGHT = 5;
/** From the left of one letter to the left of the next, in dots. */
export const LETTER_ADVANCE = 4;

/** Five rows of three dots each, the top one first: the three bits of an octal digit. */
const letters: Readonly<Record<string, string>> = {
  "0": "75557", "1": "26227", "2": "71747", "3": "71317", "4": "55711", "5": "74717", "6": "74757", "7": "71222", "8": "75757", "9": "75717",
  A: "25755", B: "65656", C: "34443", D: "65556", E: "74647", F: "74644", G: "34553", H: "55755", I: "72227", J: "11152", K: "55655",
  L: "44447", M: "57755", N: "65555", O: "25552", P: "65644", Q: "25563", R: "65655", S: "34216", T: "72222", U: "55557", V: "55552",
  W: "55775", X: "55255", Y: "55222", Z: "71247", ".": "00002", ",": "00024", ":": "02020", "-": "00700", "−": "00700", "–": "00700",
  "_": "00007", "+": "02720", "=": "07070", "(": "12221", ")": "42224", "/": "11244", "|": "22222", "%": "51245", "'": "22000", "^": "25000",
  "<": "12421", ">": "42124",
};

/**
 * The dots of a short text, as `[x, y]` from its upper left: capitals, figures and a few signs, enough for a plot's axes.
 * Small letters are shown as capitals; what is not known leaves a gap.
 */
export function dotsOf(text: string): readonly (readonly [number, number])[] {
  return [...text.toUpperCase()].flatMap((letter, place) =>
    [...(letters[letter] ?? "")].flatMap((row, y) => [0, 1, 2].flatMap((x) => ((Number(row) >> (2 - x)) & 1 ? [[place * LETTER_ADVANCE + x, y] as const] : []))),
  );
}

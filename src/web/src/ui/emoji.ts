/** A small choice of emoji; each entry is the emoji and words to find it by. */
export type EmojiGroup = "faces" | "people" | "nature" | "food" | "activity" | "things" | "signs";

const data: Record<EmojiGroup, string> = {
  faces:
    "😀 grin smile|😄 happy laugh|😁 beam|😂 tears joy lol|🤣 rofl floor|😊 blush|🙂 slight smile|😉 wink|😍 heart eyes love|🥰 hearts love|😘 kiss|😋 yum tasty|😜 tongue wink|🤪 zany|🤗 hug|🤔 think|🤨 eyebrow|😐 neutral|😏 smirk|🙄 eye roll|😬 grimace|😌 relieved|😴 sleep|🤤 drool|😎 cool sunglasses|🤓 nerd|🥳 party|😕 confused|🙁 frown|😮 wow surprised|😳 flushed|🥺 pleading|😢 cry sad|😭 sob|😤 huff|😠 angry|😡 rage|🤯 mind blown|😱 scream|🥵 hot|🥶 cold|😇 angel|🤠 cowboy|🤡 clown|🤖 robot|👻 ghost|💀 skull|🙈 monkey see no evil",
  people:
    "👍 thumbs up yes|👎 thumbs down no|👏 clap|🙌 raise hands hooray|🙏 thanks please pray|👌 ok|✌️ victory peace|🤞 fingers crossed|🤝 handshake deal|💪 strong muscle|👋 wave hello bye|✋ hand stop|👊 fist|🫶 heart hands|👀 eyes look|🧠 brain|👶 baby|👩‍💻 developer woman|👨‍💻 developer man|🧑‍🚀 astronaut|🧑‍🍳 cook|🦸 hero|🧙 wizard|💃 dance|🕺 dance man|🤷 shrug|🤦 facepalm|🙋 raise hand",
  nature:
    "🐶 dog|🐱 cat|🦊 fox|🐻 bear|🐼 panda|🐯 tiger|🦁 lion|🐸 frog|🐵 monkey|🐧 penguin|🦉 owl|🦄 unicorn|🐝 bee|🦋 butterfly|🐢 turtle|🐙 octopus|🐬 dolphin|🐳 whale|🦀 crab|🌱 seedling|🌳 tree|🌵 cactus|🌻 sunflower|🌹 rose|🍀 clover luck|🌍 earth world|🌙 moon|⭐ star|☀️ sun|⛅ cloud|🌈 rainbow|🌧️ rain|❄️ snow|🔥 fire hot|🌊 wave water",
  food: "🍎 apple|🍋 lemon|🍌 banana|🍉 melon|🍓 strawberry|🍒 cherry|🥑 avocado|🍕 pizza|🍔 burger|🍟 fries|🌮 taco|🍣 sushi|🍜 noodles|🍝 pasta|🥗 salad|🍞 bread|🧀 cheese|🍳 egg|🍿 popcorn|🍩 donut|🍪 cookie|🎂 cake birthday|🍫 chocolate|☕ coffee|🍵 tea|🍺 beer|🍷 wine|🥂 cheers",
  activity:
    "🎉 party tada|🎊 confetti|🎈 balloon|🎁 gift|🏆 trophy|🥇 gold medal|⚽ football soccer|🏀 basketball|🎾 tennis|🏓 table tennis|🎮 game|🎲 dice|♟️ chess|🎯 target|🎸 guitar|🎺 trumpet jazz|🎹 piano|🎷 saxophone jazz|🥁 drum|🎤 sing|🎧 headphones|🎨 paint art|🎬 film|📷 camera|🚴 bike|🏃 run|🏊 swim|🧗 climb|🧘 yoga",
  things:
    "🚀 rocket ship|✈️ plane|🚗 car|🚲 bicycle|🚂 train|⛵ boat|🏠 house home|🏢 office|🏖️ beach|⛺ tent|💻 laptop|📱 phone|⌚ watch|🔋 battery|💡 idea light|🔧 wrench|🔨 hammer|⚙️ gear|🧪 test tube|🔬 microscope|📦 package|📚 books|📝 note|📎 clip|📌 pin|📅 calendar|📈 chart up|📉 chart down|🔑 key|🔒 lock|🔔 bell|💰 money|⏰ alarm|🛒 cart|🧹 broom|🗑️ trash",
  signs:
    "❤️ heart love|🧡 orange heart|💛 yellow heart|💚 green heart|💙 blue heart|💜 purple heart|🖤 black heart|💔 broken heart|💯 hundred|✅ check done|❌ cross no|⚠️ warning|❗ exclamation|❓ question|💬 speech|💤 sleep|♻️ recycle|🆗 ok|🆕 new|🔴 red|🟡 yellow|🟢 green|🔵 blue|⚫ black|⚪ white|➕ plus|➖ minus|🔁 repeat|⏳ wait|🏁 finish|🚩 flag|🏳️‍🌈 rainbow flag|⚜️ fleur lily",
};

export interface Emoji {
  emoji: string;
  words: string;
}

export const emojiGroups: [EmojiGroup, Emoji[]][] = (Object.keys(data) as EmojiGroup[]).map((group) => [
  group,
  data[group].split("|").map((entry) => {
    const space = entry.indexOf(" ");
    return { emoji: entry.slice(0, space), words: entry.slice(space + 1) };
  }),
]);

const wordsOf = new Map(emojiGroups.flatMap(([, list]) => list.map(({ emoji, words }) => [emoji, words] as const)));

/** What an emoji is called, for screen readers and search; the emoji itself when it is not among ours. */
export const emojiName = (emoji: string): string => wordsOf.get(emoji) ?? emoji;

export function findEmoji(wanted: string): Emoji[] {
  const words = wanted.toLowerCase().split(/\s+/).filter(Boolean);
  return emojiGroups.flatMap(([, list]) => list.filter((entry) => words.every((word) => entry.words.includes(word))));
}

export const quickReactions = ["👍", "❤️", "😂", "🎉", "😮", "😢"];

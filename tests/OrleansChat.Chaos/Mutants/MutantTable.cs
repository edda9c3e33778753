using static OrleansChat.Chaos.Checking.ViolationKind;

namespace OrleansChat.Chaos.Mutants;

/// <summary>All planted bugs, and some changes that must not matter.</summary>
internal static class MutantTable
{
    private const string MemberCheck = "if not value or role == '-' or inc ~= actor.inc then\n    if direct then return -1 end";
    private const string NodesOnly = "if node ~= origin then redis.call('PUBLISH', 'node:' .. node, message) end";
    private const string WindowCheck = " or seen0[i] or seen1 and seen1[i]";
    private static readonly string[] None = [];

    /// <summary>Every third one early in a conversation; a last one that is lost would be noticed by the next only.</summary>
    private static readonly (string Find, string Put) SomeLost = ("if meta[5] and meta[5] ~= origin then", "if meta[5] and (last > 15 or last % 3 ~= 0) then");

    /// <summary>What makes clients send again what was executed already.</summary>
    private static readonly string[] Resends = ["redis-stop", "drop", "cut", "redis-sleep"];

    public static IReadOnlyList<Mutant> All { get; } =
    [
        new("ack-before-append", "now and then a send is acknowledged and not stored", None, [AckedButAbsent, NumberGivenTwice],
            [("if e == 0 then return reply end", "if e == 0 or (meta[1] and not direct and now % 23 == 0) then return reply end")]),
        new("wrong-number", "the acknowledgement names the number after the one given", None, [WrongNumber, AckedButAbsent, NumberGivenTwice],
            [("{ '', 0, first, now }", "{ '', 0, first + 1, now }")]),
        new("no-duplicate-window", "a send that comes again is stored again", Resends, [DuplicateEntry],
            [(WindowCheck, "")]),
        new("window-outside-script", "a node looks for earlier attempts in what it remembers, and the step does not", Resends, [DuplicateEntry], [(WindowCheck, "")])
        {
            Replace = NodeParts.Log((log, board) => new RememberingLog(log, board)),
        },
        new("one-generation", "the duplicate window (8 here) forgets all when it is full", Resends, [DuplicateEntry],
            [("local WINDOW = 4096", "local WINDOW = 8"), ("local seen1 = count >= WINDOW and", "if count % 16 >= 8 then seen0 = call('HMGET', KEYS[5], unpack(fields)) end local seen1 = false and")]),
        new("no-member-check", "whoever was removed may still send", None, [SentAfterRemoval],
            [(MemberCheck, "if not value then flags, mute = '', '' end\n  if false then")]),
        new("member-check-cached", "whoever was a member counts as one for 2 s more", None, [SentAfterRemoval],
            [(MemberCheck, $"local cached = 'cached:' .. conversation .. actor.user if not value and call('EXISTS', cached) == 1 then flags, mute, role, inc, value = '', '', 'm', actor.inc, '' elseif value then call('SET', cached, 1, 'PX', 2000) end {MemberCheck}")]),
        new("mute-ignored", "whoever is muted may still send", None, [SentWhileMuted],
            [("if mute ~= '' and tonumber(mute) > now then return 4033 end\n  actor.head", "actor.head")]),
        new("block-ignored", "whoever is blocked may still send", None, [SentThroughBlock],
            [("if flags ~= '' and string.find(flags, 'b', 1, true) then return 4032 end\n  if not now", "if not now")]),
        new("kick-keeps-member", "a kick is logged, and the member stays in the list", None, [SentAfterRemoval],
            [("{ KEYS[3], KEYS[6], KEYS[7] }) do later('HDEL'", "{ KEYS[6], KEYS[7] }) do later('HDEL'")]),
        new("resume-skips-one", "a catch-up begins one entry too late", ["drop", "cut"], [Hole, NeverDelivered],
            [("local entries = redis.call('XRANGE', KEYS[2], number(after + 1)", "local entries = redis.call('XRANGE', KEYS[2], number(after + 2)")]),
        new("announced-number-wrong", "announcements name the number after the one given", None, [Hole, DeliveredOther, DeliveredTwice, OutOfOrder, NeverDelivered],
            [("epoch .. ' ' .. number(seq) .. ' ' .. (trace", "epoch .. ' ' .. number(seq + 1) .. ' ' .. (trace")]),
        new("never-announced", "no node is told of entries", None, [NeverDelivered],
            [(NodesOnly, "")]),
        new("never-followed", "a node is not noted as a follower", None, [NeverDelivered],
            [("redis.call('HSET', KEYS[i], 'nodes', ARGV[1])", "")]),
        new("no-gap-repair", "some announcements are lost, and what a node reads to repair a gap is empty", None, [NeverDelivered, Hole],
            [SomeLost, ("local to = math.min(last, after + limit)", "local to = ARGV[2] == '' and after or math.min(last, after + limit)")]),
        new("list-not-written", "membership comes without the entry in the member's list", ["drop", "cut"], [NeverDelivered],
            [("redis.call('HSET', KEYS[3], ARGV[2], number(now))", "")]),
        new("epoch-kept", "a log that was rolled back keeps its epoch", ["rollback"], [NumberGivenTwice, AckedButAbsent, DeliveredOther],
            [("if known_epoch == epoch and last < known_seq then", "if false then")]),
        new("epoch-for-nothing", "a log gets a new epoch now and then, and everybody reloads", None, [EpochEnded],
            [("if known_epoch == epoch and last < known_seq then", "if known_epoch == epoch and (last < known_seq or last % 40 == 7) then")]),
        new("watermark-set", "a read watermark is set to what the client says, also backwards", None, [WatermarkBackwards],
            [("if ARGV[5] == 'read' and seq > read then", "if ARGV[5] == 'read' then")]),
        new("unread-off-by-one", "one message too many counts as unread", None, [UnreadWrong],
            [("local unread = math.max(0,", "local unread = 1 + math.max(0,")]),
        new("name-given-twice", "a name that is taken is given again", None, [NameClaimedTwice],
            [("if is_taken(account, KEYS[2], now) then return { 4090 } end", "")]),

        new("batch-reversed", "a node stores the sends that it gathered in the other order", ["redis-sleep"], [SendsReordered], [])
        {
            Replace = NodeParts.Log((log, board) => new ReversedLog(log, board)),
        },
        new("rollback-unseen", "a node does not say how much of a log it had seen, so that one that was rolled back is not noticed", ["rollback"],
            [AckedButAbsent, NumberGivenTwice, DeliveredOther], [])
        {
            Replace = NodeParts.Log((log, board) => new ForgetfulLog(log, board)),
        },
        new("live-node-swept", "a node takes the others for dead and removes what they follow", None, [NeverDelivered], [])
        {
            Replace = NodeParts.Sweep,
        },
        new("origin-not-delivered", "the node that a message came from is left out of what is announced, and does not deliver from the answer", None, [NeverDelivered], [])
        {
            Replace = NodeParts.SenderWithoutFeeds,
        },
        new("no-resubscribe", "a node whose subscription broke hears its conversations no more", ["redis-cut"], [NeverDelivered], [])
        {
            Replace = NodeParts.DeafStreams,
        },
        new("list-after-membership", "a conversation comes into a member's list 2 s after membership, if the node lives until then", ["kill"], [NeverDelivered], [])
        {
            Replace = NodeParts.LateLists,
        },
        new("resume-refused", "whoever comes back is told to start over, though all that they missed is there", ["drop", "cut"], [NeedlessReset], [])
        {
            Replace = NodeParts.Log((log, board) => new ShortLog(log, board)),
        },

        new("announcements-lost", "some announcements are lost: the gaps are read from the log", ["drop"], [], [SomeLost]),
        new("announced-twice", "every announcement comes twice", ["drop"], [],
            [(NodesOnly, "if node ~= origin then redis.call('PUBLISH', 'node:' .. node, message) redis.call('PUBLISH', 'node:' .. node, message) end")]),
        new("origin-announced", "the node that delivers from the answer is told too", ["drop"], [],
            [(NodesOnly, "redis.call('PUBLISH', 'node:' .. node, message)")]),
        new("small-window", "the duplicate window is 16 sends long: what is older is searched in the log", Resends, [],
            [("local WINDOW = 4096", "local WINDOW = 16")]),
    ];

    public static Mutant Get(string name) =>
        All.FirstOrDefault(mutant => mutant.Name == name) ?? throw new ArgumentException($"There is no mutant {name}: {string.Join(", ", All.Select(mutant => mutant.Name))}", nameof(name));
}

using System.Globalization;
using OrleansChat.Chaos.Network;
using OrleansChat.Chaos.Running;
using OrleansChat.Redis.Connections;

namespace OrleansChat.Chaos.Soak;

/// <summary>How many keys of one kind Redis holds.</summary>
/// <param name="Kind">The key without what is between the braces but its first letter: <c>{c}:log</c>.</param>
/// <param name="Lasting">How many stay until somebody removes them.</param>
/// <param name="Expiring">How many go by themselves.</param>
/// <param name="LongestSeconds">How long the one of those that goes last still has.</param>
internal sealed record KeyKind(string Kind, long Lasting, long Expiring, double LongestSeconds);

/// <summary>All keys in Redis by their kinds.</summary>
internal sealed class KeyCensus
{
    /// <summary>Ids that nodes had: remembered for a time, so that none is given twice.</summary>
    public const string EndedNodes = "{node}:ended";

    /// <summary>What belongs to the names that a run claims all the while: accounts last.</summary>
    public const string ClaimedNames = "names claimed by the run";

    /// <summary>Those whose claim was cut off before the list of names had them: it gets them when somebody looks at the account.</summary>
    private const string UnlistedNames = ClaimedNames + ", not listed yet";

    private const string Count = """
        local counts, kinds, lines = {}, {}, {}
        for _, key in ipairs(redis.call('KEYS', '*')) do
            local kind = string.gsub(key, '^{(%a+):.-}', '{%1}')
            if string.sub(key, 1, #ARGV[1]) == ARGV[1] then
                local name = string.match(key, '^{u:(.-)}')
                kind = redis.call('ZSCORE', ARGV[4], name) and ARGV[2] or ARGV[3]
            end
            local left = redis.call('PTTL', key)
            local count = counts[kind]
            if not count then
                count = { 0, 0, 0 }
                counts[kind] = count
                kinds[#kinds + 1] = kind
            end
            if left < 0 then count[1] = count[1] + 1 else count[2] = count[2] + 1 end
            count[3] = math.max(count[3], left)
        end
        table.sort(kinds)
        for i, kind in ipairs(kinds) do
            lines[i] = table.concat({ kind, counts[kind][1], counts[kind][2], counts[kind][3] }, '\t')
        end
        return table.concat(lines, '\n')
        """;

    public KeyCensus(IReadOnlyList<KeyKind> kinds) => Kinds = kinds;

    public IReadOnlyList<KeyKind> Kinds { get; }

    /// <summary>Keys that stay, without those of claimed names.</summary>
    public long Lasting => Judged.Sum(kind => kind.Lasting);

    /// <summary>Keys that go by themselves, without those of claimed names and of ended nodes.</summary>
    public long Expiring => Judged.Where(kind => kind.Kind != EndedNodes).Sum(kind => kind.Expiring);

    /// <summary>How long the last of the ids of ended nodes is still remembered.</summary>
    public double EndedNodesSeconds => Kinds.FirstOrDefault(kind => kind.Kind == EndedNodes)?.LongestSeconds ?? 0;

    private IEnumerable<KeyKind> Judged => Kinds.Where(kind => !kind.Kind.StartsWith(ClaimedNames, StringComparison.Ordinal));

    /// <summary>Counts.</summary>
    public static async Task<KeyCensus> TakeAsync(int port) =>
        Parse(await RedisAdmin.AskAsync(port, "EVAL", Count, "0", $"{{u:{Troublemaker.ClaimPrefix}", ClaimedNames, UnlistedNames, RedisKeys.Users.ToString()));

    /// <summary>All kinds of two counts, one line each.</summary>
    public static IEnumerable<string> Compare(KeyCensus first, KeyCensus last)
    {
        string Of(KeyCensus census, string kind) => census.Kinds.FirstOrDefault(one => one.Kind == kind) is { } found
            ? FormattableString.Invariant($"{found.Lasting} + {found.Expiring}")
            : "0";
        return first.Kinds.Concat(last.Kinds).Select(kind => kind.Kind).Distinct().Order(StringComparer.Ordinal)
            .Select(kind => $"  {kind,-43} {Of(first, kind),12} {Of(last, kind),12}");
    }

    private static KeyCensus Parse(string lines) => new([.. lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line =>
    {
        string[] parts = line.Split('\t');
        long Number(int i) => long.Parse(parts[i], CultureInfo.InvariantCulture);
        return new KeyKind(parts[0], Number(1), Number(2), Number(3) / 1000.0);
    })]);
}

using System.Net.Http.Headers;
using System.Net.Sockets;
using OrleansChat.Chaos.Nodes;
using OrleansChat.Client;
using OrleansChat.Testing;

namespace OrleansChat.Chaos.Fuzzing.Doors;

/// <summary>
/// Says mutated things to every door of a running node. Whatever it is told, the node goes on, ends the connections of those who have ended
/// them, answers nobody that it failed, logs no fault, and others can still talk.
/// </summary>
internal sealed class DoorFuzz : IAsyncDisposable
{
    private const int PerRound = 20;
    private const int MostKept = 2_000;
    private static readonly string ChatFailure = OrleansChat.ChatError.Internal.Message;

    private readonly bool _learns;
    private readonly RedisFixture _redis;
    private readonly ServerProcess _node;
    private readonly Random _random;
    private readonly List<Tried> _doors;
    private readonly HashSet<string> _kinds = [];

    private DoorFuzz(RedisFixture redis, ServerProcess node, int seed, bool learns, string token)
    {
        _learns = learns;
        _redis = redis;
        _node = node;
        _random = new Random(seed);
        _doors = [.. DoorTable.All(token).Select(door => new Tried(door, new Mutator(_random, [.. door.Tokens.Select(FuzzTarget.Bytes)]), [.. door.Seeds.Select(FuzzTarget.Bytes)]))];
    }

    /// <summary>How many inputs were said.</summary>
    public int Said { get; private set; }

    /// <summary>How many kinds of answers there were.</summary>
    public int Kinds => _kinds.Count;

    /// <summary>What the node did not bear, with the inputs among which the cause is.</summary>
    public List<string> Findings { get; } = [];

    /// <summary>Starts a node.</summary>
    /// <param name="seed">What mutations begin with.</param>
    /// <param name="learns">Whether inputs that are answered in a new way are mutated further. Answers hang on time and chance: inputs are the same again only without.</param>
    public static async Task<DoorFuzz> StartAsync(int seed, bool learns)
    {
        RedisFixture redis = await RedisFixture.StartAsync();
        ServerProcess node = await ServerProcess.StartAsync(
            redis, "--guests", "true", "--limits", "off", "--line", "127.0.0.1:0", "--resp", "127.0.0.1:0", "--resp-key", ChaosNode.RespKey);
        using HttpClient http = new() { BaseAddress = node.Url };
        ChatRest rest = new(http);
        await rest.CreateUserAsync("friend", "a long password");
        string token = (await rest.CreateUserAsync("fuzz", "a long password")).Token;
        using HttpRequestMessage post = new(HttpMethod.Post, "/q/fuzzed") { Content = new FormUrlEncodedContent([new("value", "first")]) };
        post.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using HttpResponseMessage posted = await http.SendAsync(post).WithinAsync(what: "the first item of the queue");
        posted.EnsureSuccessStatusCode();
        return new DoorFuzz(redis, node, seed, learns, token);
    }

    /// <summary>Goes on for a time, from the command line.</summary>
    /// <returns>Whether nothing was found.</returns>
    public static async Task<bool> RunAsync(int seed, TimeSpan time, string keep)
    {
        await using DoorFuzz fuzz = await StartAsync(seed, learns: true);
        long started = TimeProvider.System.GetTimestamp();
        for (int round = 0; fuzz.Findings.Count == 0 && TimeProvider.System.GetElapsedTime(started) is var gone && gone < time; round++)
        {
            await fuzz.GoAsync(PerRound);
            if (round % 20 == 0)
            {
                Console.WriteLine(FormattableString.Invariant($"{"doors",-14} {gone.TotalSeconds,5:0} s  {fuzz.Said,12:N0} inputs  {fuzz.Kinds,6:N0} kinds of answers"));
            }
        }

        await fuzz.CheckOthersAsync();
        Console.WriteLine($"{"doors",-14} {fuzz.Said,12:N0} inputs  {fuzz.Kinds,6:N0} kinds of answers  {fuzz.Findings.Count} findings");
        foreach (string finding in fuzz.Findings)
        {
            Console.WriteLine(finding);
            await File.AppendAllTextAsync(Path.Combine(keep, "doors.txt"), $"{finding}\n");
        }

        return fuzz.Findings.Count == 0;
    }

    /// <summary>Says so many things to each door.</summary>
    public async Task GoAsync(int inputs)
    {
        foreach (Tried tried in _doors)
        {
            List<byte[]> said = [];
            try
            {
                for (int i = 0; i < inputs; i++)
                {
                    byte[] input = Said < _doors.Count ? tried.Corpus[0] : tried.Mutator.Mutate(tried.Any(_random), tried.Any(_random));
                    said.Add(input);
                    Said++;
                    Look(tried, input, await tried.Door.SayAsync(_node, input));
                }

                FuzzTarget.Demand(!_node.HasExited, "the node has ended");
                FuzzTarget.Demand(_node.Failures.Count == 0, $"the node blames itself: {string.Join(' ', _node.Failures)}");
            }
            catch (Exception failure) when (failure is FuzzViolation or TimeoutException or SocketException)
            {
                Findings.Add($"{Corpus.RemarkOf($"{tried.Door.Name}: {failure.Message}")}\n{string.Join('\n', said.Select(Corpus.Line))}");
            }
        }
    }

    /// <summary>Others can still talk.</summary>
    public async Task CheckOthersAsync()
    {
        using HttpClient http = new() { BaseAddress = _node.Url };
        string token = (await new ChatRest(http).CreateGuestAsync("passer-by")).Token;
        await using NativeConnection other = await NativeConnection.ConnectAsync(_node.Url, new NativeConnectionOptions { Token = token });
        await other.SyncAsync().WithinAsync(what: "the sync of somebody else");
        await other.OpenAsync("friend").WithinAsync(what: "the direct conversation");
        NativeReply reply = await other.AskAsync("send", writer =>
        {
            writer.WriteString("to", "friend");
            writer.WriteString("text", "still here");
        }).WithinAsync(what: "the answer");
        if (!reply.IsOk)
        {
            Findings.Add(Corpus.RemarkOf($"somebody else is refused: {reply.Error}"));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _node.DisposeAsync();
        await _redis.DisposeAsync();
    }

    private void Look(Tried tried, byte[] input, string answer)
    {
        FuzzTarget.Demand(!answer.Contains("HTTP/1.1 500", StringComparison.Ordinal), "an answer is 500");
        FuzzTarget.Demand(!answer.Contains(ChatFailure, StringComparison.Ordinal), "an answer says that the server failed");
        FuzzTarget.Demand(!answer.Contains("   at OrleansChat.", StringComparison.Ordinal), "an answer shows the inside");
        string kind = $"{tried.Door.Name} {FuzzTarget.Magnitude(answer.Length)} {string.Concat(answer.Where(static c => !char.IsAsciiDigit(c)).Take(48))}";
        if (_kinds.Add(kind) && _learns && tried.Corpus.Count < MostKept)
        {
            tried.Corpus.Add(input);
        }
    }

    private sealed record Tried(Door Door, Mutator Mutator, List<byte[]> Corpus)
    {
        public byte[] Any(Random random) => Corpus[random.Next(Corpus.Count)];
    }
}

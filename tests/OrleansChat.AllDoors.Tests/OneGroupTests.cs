using OrleansChat.AllDoors.Tests.Voices;
using OrleansChat.Testing;

namespace OrleansChat.AllDoors.Tests;

/// <summary>Every door leads into the same conversation.</summary>
public sealed class OneGroupTests
{
    private const int Sayings = 5;
    private const string Last = "that was all";

    private static readonly string[] Options = ["--line", "127.0.0.1:0", "--resp", "127.0.0.1:0", "--log-level", "trace"];

    [Fact]
    public async Task Everybody_hears_what_everybody_says_once_and_in_one_order_whatever_the_door_and_node()
    {
        await NpmFolder.InstallAsync();
        await using RedisFixture redis = await RedisFixture.StartAsync();
        await using ServerProcess north = await ServerProcess.StartAsync(redis, ["--node", "north", .. Options, "--log-format", "json"]);
        await using ServerProcess south = await ServerProcess.StartAsync(redis, ["--node", "south", .. Options]);
        Voice[] voices =
        [
            new NativeVoice("native", north),
            new TelnetVoice("telnet", south),
            new RedisCliVoice("rediscli", north),
            new SocketIoVoice("socketio", south),
            new SignalRVoice("signalr", north),
            new EventsVoice("events", south),
            new QueueVoice("queue", north),
            new TerminalVoice("terminal", south),
        ];
        try
        {
            foreach (Voice voice in voices)
            {
                await voice.JoinAsync("one");
            }

            // All at once; each waits for itself only.
            await Task.WhenAll(voices.Select(SayAllAsync)).WithinAsync(TimeSpan.FromSeconds(60), "everybody's sayings");
            int count = voices.Length * Sayings;
            await Task.WhenAll(voices.Select(voice => HeardAsync(voice, count)));
            await voices[0].SayAsync(Last);
            await Task.WhenAll(voices.Select(voice => HeardAsync(voice, count + 1)));

            IReadOnlyList<string> said = voices[0].Heard;
            Assert.Equal(count + 1, said.Distinct().Count());
            Assert.All(voices, voice => Assert.Equal(said, voice.Heard));
            Assert.All(voices, voice => Assert.Equal(Enumerable.Range(1, Sayings).Select(i => Saying(voice, i)), said.Where(text => text.StartsWith(voice.Name, StringComparison.Ordinal))));

            // None of it stands in a log, however much is logged.
            Assert.All(new[] { north, south }, node => Assert.NotEmpty(node.Errors));
            Assert.All(new[] { north, south }, node => Assert.DoesNotContain(" says ", node.Errors, StringComparison.Ordinal));
        }
        finally
        {
            foreach (Voice voice in voices)
            {
                await voice.DisposeAsync();
            }
        }
    }

    private static string Saying(Voice voice, int i) => $"{voice.Name} says {i}";

    private static async Task SayAllAsync(Voice voice)
    {
        for (int i = 1; i <= Sayings; i++)
        {
            await voice.SayAsync(Saying(voice, i));
        }
    }

    private static Task<IReadOnlyList<string>> HeardAsync(Voice voice, int count) =>
        Eventually.ValueAsync(() => Task.FromResult(voice.Heard), heard => heard.Count >= count, what: $"{voice.Name} hearing {count} sayings");
}

using OrleansChat.Chaos.Fuzzing;
using OrleansChat.Chaos.Fuzzing.Coverage;
using OrleansChat.Chaos.Fuzzing.Doors;

namespace OrleansChat.Chaos.Tests.Fuzzing;

/// <summary>Every parser bears what mutation makes of good and bad inputs. <c>./chaos.sh fuzz</c> goes on for as long as one likes.</summary>
public sealed class FuzzTests
{
    private const int Inputs = 10_000;

    public static TheoryData<string> Parsers => [.. FuzzTable.All.Select(target => target.Name)];

    [Theory]
    [MemberData(nameof(Parsers))]
    public void A_parser_throws_nothing_and_breaks_no_rule_whatever_it_is_given(string parser)
    {
        FuzzRun run = new FuzzRun(FuzzTable.All.Single(target => target.Name == parser), seed: 1).Go(Inputs);

        TestContext.Current.TestOutputHelper?.WriteLine($"{run.Tried} inputs, {run.Kinds} kinds of results");
        Assert.Empty(run.Findings);
        Assert.True(run.Kinds > 8, $"only {run.Kinds} kinds of results: the inputs do not reach into the parser");
    }

    [Fact]
    public void A_bug_behind_steps_that_no_single_mutation_makes_is_found_because_inputs_that_lead_further_are_kept()
    {
        FuzzTarget deep = new("deep", ["GET"], ["a", "b", "c", "d", "e", "f", "9"], Deep);

        FuzzRun run = new FuzzRun(deep, seed: 1).Go(60_000);

        FuzzFinding finding = Assert.Single(run.Findings);
        Assert.StartsWith(nameof(FormatException), finding.What, StringComparison.Ordinal);
        Assert.Equal("9abcdef", string.Concat(finding.Input.Select(one => (char)one).Order()));
    }

    [Fact]
    public void Memory_that_is_only_promised_is_noticed()
    {
        FuzzTarget trusting = new("trusting", ["1"], ["0", "9"], input => $"{new byte[input.Count(one => one == '9') > 2 ? 8 << 20 : 1].Length}");

        Assert.Contains(new FuzzRun(trusting, seed: 1).Go(20_000).Findings, finding => finding.What.Contains("memory", StringComparison.Ordinal));
    }

    [Fact]
    public void Ways_through_the_code_are_counted_where_it_is_instrumented()
    {
        Assert.Equal(0, FuzzSession.WaysOf("line", 1, 100));
        Assert.True(CoveredCode.Call<int>(typeof(FuzzSession), nameof(FuzzSession.WaysOf), "line", 1, 100) > 50);
    }

    [Fact]
    public void An_input_is_written_on_one_line_of_a_corpus_and_read_again()
    {
        byte[] input = [.. Enumerable.Range(0, 256).Select(one => (byte)one), (byte)'\\', (byte)'#'];

        string text = $"{Corpus.RemarkOf("a\nb")}\n{Corpus.Line(input)}\n{Corpus.Line("\\#"u8.ToArray())}\n";

        Assert.Equal([input, "\\#"u8.ToArray()], Corpus.Read(text));
    }

    [Fact]
    public async Task The_doors_of_a_node_bear_whatever_is_said_to_them()
    {
        await using DoorFuzz fuzz = await DoorFuzz.StartAsync(seed: 1, learns: false);

        await fuzz.GoAsync(40);
        await fuzz.CheckOthersAsync();

        TestContext.Current.TestOutputHelper?.WriteLine($"{fuzz.Said} inputs, {fuzz.Kinds} kinds of answers");
        Assert.Empty(fuzz.Findings);
        Assert.True(fuzz.Kinds > 40, $"only {fuzz.Kinds} kinds of answers: the inputs do not reach into the doors");
    }

    private static string Deep(byte[] input)
    {
        int right = 0;
        foreach (byte one in input)
        {
            right = right < 6 && one == "abcdef"[right] ? right + 1 : right;
        }

        return right == 6 && input.Contains((byte)'9') ? throw new FormatException() : $"{right}";
    }
}

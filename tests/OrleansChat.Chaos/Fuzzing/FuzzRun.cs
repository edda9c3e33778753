using OrleansChat.Chaos.Fuzzing.Coverage;

namespace OrleansChat.Chaos.Fuzzing;

/// <summary>An input that a parser did not bear.</summary>
/// <param name="Target">The parser.</param>
/// <param name="Input">The shortest that was found.</param>
/// <param name="What">What happened.</param>
internal sealed record FuzzFinding(string Target, byte[] Input, string What)
{
    /// <summary>As lines of a corpus.</summary>
    public override string ToString() => $"{Corpus.RemarkOf($"{Target}: {What}")}\n{Corpus.Line(Input)}";
}

/// <summary>
/// Tries one parser: takes inputs that led somewhere new, mutates them, and keeps what leads somewhere new again: to a new kind of result, and in
/// instrumented code (<see cref="CoveredCode"/>) on a new way there.
/// </summary>
internal sealed class FuzzRun
{
    private const int MostKept = 20_000;
    private const int Longest = 512;

    // A parser may need a multiple of what it is given; it may not be made to set aside what was only promised.
    private const long AllocatedAlways = 4 << 20;
    private const long AllocatedPerByte = 2_000;

    private const string TooMuch = "it set aside far more memory than it was given";

    private readonly FuzzTarget _target;
    private readonly Random _random;
    private readonly Mutator _mutator;
    private readonly HashSet<string> _kinds = [];
    private readonly byte[] _ways = BranchCounters.NothingKnown();
    private readonly List<byte[]> _corpus = [];
    private byte[] _current = [];

    public FuzzRun(FuzzTarget target, int seed, IEnumerable<byte[]>? corpus = null)
    {
        _target = target;
        _random = new Random(seed);
        _mutator = new Mutator(_random, [.. target.Tokens.Select(FuzzTarget.Bytes)]);
        foreach (byte[] input in target.Seeds.Select(FuzzTarget.Bytes).Concat(corpus ?? Corpus.Kept(target.Name)))
        {
            Try(input);
        }
    }

    /// <summary>How many inputs were tried.</summary>
    public long Tried { get; private set; }

    /// <summary>How many kinds of results there were.</summary>
    public int Kinds => _kinds.Count;

    /// <summary>How many ways through the code there were, as far as it is instrumented.</summary>
    public int Ways { get; private set; }

    /// <summary>As few and as short of the inputs as are easily found that go all these ways; none of the longest ones, which only go round more often.</summary>
    public IReadOnlyList<byte[]> Shortest()
    {
        byte[] gone = BranchCounters.NothingKnown();
        return [.. _corpus.Where(input => input.Length <= Longest).OrderBy(input => input.Length).Where(input =>
        {
            BranchCounters.Begin();
            _ = Fault(input, out _);
            return BranchCounters.End(gone) > 0;
        })];
    }

    /// <summary>The first of each kind.</summary>
    public List<FuzzFinding> Findings { get; } = [];

    /// <summary>What is being parsed.</summary>
    public byte[] Current => Volatile.Read(ref _current);

    /// <summary>Tries so many inputs more.</summary>
    public FuzzRun Go(int inputs)
    {
        for (int i = 0; i < inputs; i++)
        {
            // What was found last is what led somewhere new.
            int at = _random.Next(3) == 0 ? Math.Max(0, _corpus.Count - 1 - _random.Next(16)) : _random.Next(Math.Max(1, _corpus.Count));
            Try(_mutator.Mutate(_corpus.Count == 0 ? [] : _corpus[at], _corpus.Count == 0 ? [] : _corpus[_random.Next(_corpus.Count)]));
        }

        return this;
    }

    private void Try(byte[] input)
    {
        Tried++;
        Volatile.Write(ref _current, input);
        BranchCounters.Begin();
        string? found = Fault(input, out string kind);
        int ways = BranchCounters.End(_ways);
        if (found == TooMuch)
        {
            // Code that runs for the first time may have to be loaded.
            found = Fault(input, out kind);
        }

        Ways += ways;
        if (found is not { } fault)
        {
            if (_corpus.Count < MostKept && (_kinds.Add(kind) || ways > 0))
            {
                _corpus.Add(input);
            }
        }
        else if (_kinds.Add($"! {fault}"))
        {
            Findings.Add(new FuzzFinding(_target.Name, Shorten(input, fault), fault));
        }
    }

    private string? Fault(byte[] input, out string kind)
    {
        kind = string.Empty;
        try
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            kind = _target.Parse(input);
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            return allocated > AllocatedAlways + (AllocatedPerByte * input.Length) ? TooMuch : null;
        }
        catch (FuzzViolation violation)
        {
            return violation.Message;
        }
#pragma warning disable CA1031 // Whatever comes out of a parser is what is looked for.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            string? where = failure.StackTrace?.Split('\n').FirstOrDefault(line => line.Contains("OrleansChat", StringComparison.Ordinal))?.Trim();
            return $"{failure.GetType().Name} {where}";
        }
    }

    private byte[] Shorten(byte[] input, string fault)
    {
        for (int length = Math.Max(1, input.Length / 2); length > 0; length /= 2)
        {
            for (int at = 0; at + length <= input.Length;)
            {
                byte[] shorter = [.. input[..at], .. input[(at + length)..]];
                if (Fault(shorter, out _) == fault)
                {
                    input = shorter;
                }
                else
                {
                    at += length;
                }
            }
        }

        return input;
    }
}

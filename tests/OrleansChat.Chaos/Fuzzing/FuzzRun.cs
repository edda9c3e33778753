using System.Text;

namespace OrleansChat.Chaos.Fuzzing;

/// <summary>An input that a parser did not bear.</summary>
/// <param name="Target">The parser.</param>
/// <param name="Input">The shortest that was found.</param>
/// <param name="What">What happened.</param>
internal sealed record FuzzFinding(string Target, byte[] Input, string What)
{
    public override string ToString() => $"{Target}: {What}\n  {Convert.ToHexString(Input)}\n  {Encoding.Latin1.GetString(Input).ReplaceLineEndings("\\n")}";
}

/// <summary>
/// Tries one parser: takes inputs that made new kinds of results, mutates them, and keeps what makes a new kind again. There are no counters of
/// covered code to be had in the running process, so the kinds that a target tells apart stand for them.
/// </summary>
internal sealed class FuzzRun
{
    private const int MostKept = 20_000;

    // A parser may need a multiple of what it is given; it may not be made to set aside what was only promised.
    private const long AllocatedAlways = 4 << 20;
    private const long AllocatedPerByte = 2_000;

    private readonly FuzzTarget _target;
    private readonly Random _random;
    private readonly Mutator _mutator;
    private readonly HashSet<string> _kinds = [];
    private readonly List<byte[]> _corpus = [];
    private byte[] _current = [];

    public FuzzRun(FuzzTarget target, int seed, IEnumerable<byte[]>? corpus = null)
    {
        _target = target;
        _random = new Random(seed);
        _mutator = new Mutator(_random, [.. target.Tokens.Select(FuzzTarget.Bytes)]);
        foreach (byte[] input in target.Seeds.Select(FuzzTarget.Bytes).Concat(corpus ?? []))
        {
            Try(input);
        }
    }

    /// <summary>How many inputs were tried.</summary>
    public long Tried { get; private set; }

    /// <summary>How many kinds of results there were.</summary>
    public int Kinds => _kinds.Count;

    /// <summary>One input for each kind of result.</summary>
    public IReadOnlyList<byte[]> Corpus => _corpus;

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
        if (Fault(input, out string kind) is not { } fault)
        {
            if (_kinds.Count < MostKept && _kinds.Add(kind))
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
            return allocated > AllocatedAlways + (AllocatedPerByte * input.Length) ? "it set aside far more memory than it was given" : null;
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

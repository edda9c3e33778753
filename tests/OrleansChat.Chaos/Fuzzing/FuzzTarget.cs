using System.Text;

namespace OrleansChat.Chaos.Fuzzing;

/// <summary>A parser of bytes that strangers send.</summary>
/// <param name="Name">What it is called on the command line.</param>
/// <param name="Seeds">Inputs to begin with: good ones, and bad ones that once did harm. Latin-1, so that any byte can be written.</param>
/// <param name="Tokens">The pieces that its grammar is made of.</param>
/// <param name="Parse">
/// Parses, checks what must hold of the result whatever the input is (<see cref="Demand"/>), and says what kind of result it is. An exception is
/// a finding. The number of kinds must be small: an input of a new kind is kept and mutated further.
/// </param>
internal sealed record FuzzTarget(string Name, IReadOnlyList<string> Seeds, IReadOnlyList<string> Tokens, Func<byte[], string> Parse)
{
    public static byte[] Bytes(string latin1) => Encoding.Latin1.GetBytes(latin1);

    /// <summary>What must hold.</summary>
    /// <exception cref="FuzzViolation">It does not.</exception>
    public static void Demand(bool holds, string what)
    {
        if (!holds)
        {
            throw new FuzzViolation(what);
        }
    }

    /// <summary>A number's order of magnitude, so that it makes few kinds of results.</summary>
    public static int Magnitude(long number) => number <= 0 ? 0 : 1 + (int)Math.Log2(number);

    /// <summary>Cuts an input into pieces, always the same.</summary>
    public static IEnumerable<byte[]> Pieces(byte[] input)
    {
        var random = new Random(input.Aggregate(17, (hash, one) => unchecked((hash * 31) + one)));
        for (int at = 0; at < input.Length;)
        {
            int length = Math.Min(input.Length - at, 1 + random.Next(random.Next(4) == 0 ? 64 : 5));
            yield return input[at..(at + length)];
            at += length;
        }
    }
}

/// <summary>Something that must hold of every input did not.</summary>
internal sealed class FuzzViolation(string what) : Exception(what);

using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Orleans.Runtime;

/// <summary>Makes and reads grain keys that are numbers (upper-case hexadecimal) or GUIDs (32 digits).</summary>
public static class GrainIdKeyExtensions
{
    /// <summary>The key of a grain named by a number.</summary>
    public static IdSpan CreateIntegerKey(long key) => IdSpan.Create(key.ToString("X", CultureInfo.InvariantCulture));

    /// <summary>The key of a grain named by a GUID.</summary>
    public static IdSpan CreateGuidKey(Guid key) => IdSpan.Create(key.ToString("N"));

    /// <summary>Reads a key that is a number, perhaps with <c>+extension</c> after it; false when it is none.</summary>
    public static bool TryGetIntegerKey(this GrainId grainId, out long key, out string? keyExt)
    {
        var span = SplitExtension(grainId.Key.AsSpan(), out keyExt);
        return Utf8Parser.TryParse(span, out key, out var read, 'X') && read == span.Length;
    }

    /// <summary>Reads a key that is a number; throws <see cref="ArgumentException"/> when it is none.</summary>
    public static long GetIntegerKey(this GrainId grainId) =>
        grainId.TryGetIntegerKey(out var key, out _) ? key : throw new ArgumentException($"The key of {grainId} is not a number.", nameof(grainId));

    /// <summary>Reads a key that is a GUID, perhaps with <c>+extension</c> after it; false when it is none.</summary>
    public static bool TryGetGuidKey(this GrainId grainId, out Guid key, out string? keyExt)
    {
        var span = SplitExtension(grainId.Key.AsSpan(), out keyExt);
        key = default;
        return span.Length == 32 && Utf8Parser.TryParse(span, out key, out var read, 'N') && read == 32;
    }

    /// <summary>Reads a key that is a GUID; throws <see cref="ArgumentException"/> when it is none.</summary>
    public static Guid GetGuidKey(this GrainId grainId) =>
        grainId.TryGetGuidKey(out var key, out _) ? key : throw new ArgumentException($"The key of {grainId} is not a GUID.", nameof(grainId));

    private static ReadOnlySpan<byte> SplitExtension(ReadOnlySpan<byte> key, out string? extension)
    {
        var plus = key.IndexOf((byte)'+');
        extension = plus < 0 ? null : Encoding.UTF8.GetString(key[(plus + 1)..]);
        return plus < 0 ? key : key[..plus];
    }
}

using System.Globalization;
using System.Text;

namespace Orleans.Runtime;

/// <summary>The identity of a stream: an optional namespace and a key, written <c>namespace/key</c>.</summary>
public readonly struct StreamId : IEquatable<StreamId>, IComparable<StreamId>, ISpanFormattable
{
    private readonly byte[] _fullKey;
    private readonly ushort _keyIndex;
    private readonly int _hash;

    private StreamId(byte[] fullKey, ushort keyIndex)
    {
        _fullKey = fullKey;
        _keyIndex = keyIndex;
        _hash = IdSpan.Hash(fullKey);
    }

    /// <summary>Namespace and key, one after the other, as UTF-8.</summary>
    public ReadOnlyMemory<byte> FullKey => _fullKey;

    /// <summary>The namespace as UTF-8; empty when there is none.</summary>
    public ReadOnlyMemory<byte> Namespace => _fullKey.AsMemory(0, _keyIndex);

    /// <summary>The key as UTF-8.</summary>
    public ReadOnlyMemory<byte> Key => _fullKey.AsMemory(_keyIndex);

    /// <summary>Makes an identity from UTF-8; an empty key throws <see cref="ArgumentNullException"/>.</summary>
    public static StreamId Create(ReadOnlySpan<byte> ns, ReadOnlySpan<byte> key) =>
        key.IsEmpty ? throw new ArgumentNullException(nameof(key)) : new StreamId([.. ns, .. key], checked((ushort)ns.Length));

    /// <summary>Makes an identity with a GUID as the key.</summary>
    public static StreamId Create(string? ns, Guid key) => Create(ns, key.ToString("N"));

    /// <summary>Makes an identity with a number as the key.</summary>
    public static StreamId Create(string? ns, long key) => Create(ns, key.ToString(CultureInfo.InvariantCulture));

    /// <summary>Makes an identity with text as the key.</summary>
    public static StreamId Create(string? ns, string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        var prefix = ns is null ? 0 : Encoding.UTF8.GetByteCount(ns);
        var bytes = new byte[prefix + Encoding.UTF8.GetByteCount(key)];
        Encoding.UTF8.GetBytes(ns, bytes);
        Encoding.UTF8.GetBytes(key, bytes.AsSpan(prefix));
        return new StreamId(bytes, checked((ushort)prefix));
    }

    /// <summary>Reads <c>namespace/key</c> as UTF-8; without a slash throws <see cref="ArgumentException"/>.</summary>
    public static StreamId Parse(ReadOnlySpan<byte> value)
    {
        var slash = value.IndexOf((byte)'/');
        return slash < 0
            ? throw new ArgumentException($"\"{Encoding.UTF8.GetString(value)}\" is not a stream id.", nameof(value))
            : Create(value[..slash], value[(slash + 1)..]);
    }

    /// <summary>The key as text.</summary>
    public string GetKeyAsString() => Encoding.UTF8.GetString(Key.Span);

    /// <summary>The namespace as text; null when there is none.</summary>
    public string? GetNamespace() => _keyIndex == 0 ? null : Encoding.UTF8.GetString(Namespace.Span);

    /// <inheritdoc/>
    public bool Equals(StreamId other) => _keyIndex == other._keyIndex && _fullKey.AsSpan().SequenceEqual(other._fullKey);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is StreamId other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _hash;

    /// <inheritdoc/>
    public int CompareTo(StreamId other) => _fullKey.AsSpan().SequenceCompareTo(other._fullKey);

    /// <summary>The identity as <c>namespace/key</c>, with <c>null</c> for a missing namespace.</summary>
    public override string ToString() => $"{GetNamespace() ?? "null"}/{GetKeyAsString()}";

    string IFormattable.ToString(string? format, IFormatProvider? formatProvider) => ToString();

    bool ISpanFormattable.TryFormat(Span<char> destination, out int charsWritten, ReadOnlySpan<char> format, IFormatProvider? provider)
    {
        var text = ToString();
        charsWritten = text.TryCopyTo(destination) ? text.Length : 0;
        return charsWritten > 0;
    }

    /// <summary>Whether both are the same stream.</summary>
    public static bool operator ==(StreamId s1, StreamId s2) => s1.Equals(s2);

    /// <summary>Whether they are different streams.</summary>
    public static bool operator !=(StreamId s1, StreamId s2) => !s1.Equals(s2);
}

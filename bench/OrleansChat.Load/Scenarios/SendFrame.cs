using System.Buffers.Text;
using System.Text;

namespace OrleansChat.Load;

/// <summary>One sender's frame, masked once; per message only its number and the stamp are written into it.</summary>
internal sealed class SendFrame
{
    /// <summary>Where the message's id goes into a template: ten digits.</summary>
    public const string Id = "0000000000";

    /// <summary>Where the text goes into a template.</summary>
    public const string Body = "\u0001";

    private readonly byte[] _frame;
    private readonly int _header;
    private readonly int[] _ids;
    private readonly int _text;

    /// <param name="template">ASCII, with <see cref="Id"/> any number of times and <see cref="Body"/> once, after the last of them.</param>
    /// <param name="bytes">The length of a text.</param>
    public SendFrame(string template, int bytes)
    {
        _text = template.IndexOf(Body, StringComparison.Ordinal);
        _ids = [.. Positions(template)];
        var payload = Encoding.ASCII.GetBytes(template.Replace(Body, new string('.', bytes), StringComparison.Ordinal));
        _header = FrameWriter.HeaderLength(payload.Length);
        _frame = FrameWriter.Frame(FrameWriter.Text, payload);
    }

    /// <summary>The frame of a message; valid until the next call.</summary>
    public ReadOnlySpan<byte> Next(TextStamp stamp)
    {
        Span<byte> digits = stackalloc byte[Id.Length];
        Utf8Formatter.TryFormat(LoadConnection.FirstSendId + stamp.Number, digits, out _);
        foreach (var at in _ids)
        {
            FrameWriter.Put(_frame, _header, at, digits);
        }

        Span<byte> text = stackalloc byte[TextStamp.Length];
        stamp.Write(text);
        FrameWriter.Put(_frame, _header, _text, text);
        return _frame;
    }

    private static IEnumerable<int> Positions(string template)
    {
        for (var at = template.IndexOf(Id, StringComparison.Ordinal); at >= 0; at = template.IndexOf(Id, at + Id.Length, StringComparison.Ordinal))
        {
            yield return at;
        }
    }
}

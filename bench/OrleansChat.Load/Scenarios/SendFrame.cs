using System.Buffers.Text;
using System.Text;

namespace OrleansChat.Load;

/// <summary>One sender's frame, masked once; per message only the id, the client id and the stamp are written into it.</summary>
internal sealed class SendFrame
{
    private const int Digits = 10;
    private readonly byte[] _frame;
    private readonly int _header;
    private readonly int _clientId;
    private readonly int _text;

    public SendFrame(string conversation, int bytes, bool echo)
    {
        const string start = """{"id":""";
        var beforeClientId = $"{start}{LoadConnection.FirstSendId},\"do\":\"send\",\"conversation\":\"{conversation}\",\"clientId\":\"c";
        var beforeText = $"{beforeClientId}{LoadConnection.FirstSendId}\",{(echo ? "" : "\"echo\":false,")}\"text\":\"";
        Id = start.Length;
        _clientId = beforeClientId.Length;
        _text = beforeText.Length;
        var payload = Encoding.ASCII.GetBytes($"{beforeText}{new string('.', bytes)}\"}}");
        _header = FrameWriter.HeaderLength(payload.Length);
        _frame = FrameWriter.Frame(FrameWriter.Text, payload);
    }

    private int Id { get; }

    /// <summary>The frame of a message; valid until the next call.</summary>
    public ReadOnlySpan<byte> Next(TextStamp stamp)
    {
        Span<byte> digits = stackalloc byte[Digits];
        Utf8Formatter.TryFormat(LoadConnection.FirstSendId + stamp.Number, digits, out _);
        FrameWriter.Put(_frame, _header, Id, digits);
        FrameWriter.Put(_frame, _header, _clientId, digits);
        Span<byte> text = stackalloc byte[TextStamp.Length];
        stamp.Write(text);
        FrameWriter.Put(_frame, _header, _text, text);
        return _frame;
    }
}

using System.Buffers.Text;
using System.Text;
using OrleansChat.Conversations;

namespace OrleansChat.Gateway.Commands;

/// <summary>The answer to <c>send</c>: written by hand, for it is the one that is written for every message.</summary>
internal static class SendJson
{
    public static CommandResult Write(string conversation, SendReply reply)
    {
        Span<byte> buffer = stackalloc byte[320];
        int n = 0;
        Put(buffer, ref n, "{\"conversation\":\""u8);
        n += Encoding.ASCII.GetBytes(conversation, buffer[n..]);
        Put(buffer, ref n, "\",\"epoch\":\""u8);
        n += Encoding.ASCII.GetBytes(reply.Epoch, buffer[n..]);
        Put(buffer, ref n, "\",\"seq\":"u8);
        Utf8Formatter.TryFormat(reply.Seq, buffer[n..], out int written);
        n += written;
        Put(buffer, ref n, ",\"at\":"u8);
        Utf8Formatter.TryFormat(reply.At, buffer[n..], out written);
        n += written;
        Put(buffer, ref n, reply.Duplicate ? ",\"duplicate\":true}"u8 : "}"u8);
        return new CommandResult(buffer[..n].ToArray(), null);
    }

    private static void Put(Span<byte> buffer, ref int n, ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(buffer[n..]);
        n += bytes.Length;
    }
}

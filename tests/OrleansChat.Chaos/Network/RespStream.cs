using System.Globalization;
using System.Text;

namespace OrleansChat.Chaos.Network;

/// <summary>Reads and writes values of the Redis protocol (RESP2) on one connection, buffered. Both sides are ours: sizes are trusted.</summary>
internal sealed class RespStream(Stream stream) : IDisposable
{
    private readonly byte[] _buffer = new byte[64 * 1024];
    private readonly MemoryStream _out = new();
    private int _start;
    private int _end;

    /// <summary>Whether a further read would have to wait for the network.</summary>
    public bool IsDrained => _start == _end;

    /// <summary>A <c>byte[]</c>, <c>string</c> (simple or error, with its sign), <c>long</c>, <c>object?[]</c> or null; throws at the end of the stream.</summary>
    public async Task<object?> ReadAsync(CancellationToken cancel)
    {
        string line = await LineAsync(cancel);
        switch (line[0])
        {
            case '$':
                int length = Number(line);
                if (length < 0)
                {
                    return null;
                }

                byte[] bulk = await BytesAsync(length, cancel);
                await BytesAsync(2, cancel);
                return bulk;
            case '*':
                int count = Number(line);
                if (count < 0)
                {
                    return null;
                }

                object?[] items = new object?[count];
                for (int i = 0; i < count; i++)
                {
                    items[i] = await ReadAsync(cancel);
                }

                return items;
            case ':':
                return long.Parse(line.AsSpan(1), CultureInfo.InvariantCulture);
            default:
                return line;
        }
    }

    /// <summary>Writes a command: an array of bulk strings. Nothing goes out before <see cref="FlushAsync"/>.</summary>
    public void Write(IReadOnlyList<byte[]> command)
    {
        Ascii($"*{command.Count}\r\n");
        foreach (byte[] part in command)
        {
            Ascii($"${part.Length}\r\n");
            _out.Write(part);
            Ascii("\r\n");
        }
    }

    public async Task FlushAsync(CancellationToken cancel)
    {
        await stream.WriteAsync(_out.GetBuffer().AsMemory(0, (int)_out.Length), cancel);
        _out.SetLength(0);
    }

    public void Dispose() => stream.Dispose();

    private static int Number(string line) => int.Parse(line.AsSpan(1), CultureInfo.InvariantCulture);

    private void Ascii(string text) => _out.Write(Encoding.ASCII.GetBytes(text));

    private async Task<string> LineAsync(CancellationToken cancel)
    {
        StringBuilder line = new();
        while (true)
        {
            byte next = (await BytesAsync(1, cancel))[0];
            if (next == '\n')
            {
                return line.ToString(0, line.Length - 1);
            }

            line.Append((char)next);
        }
    }

    private async Task<byte[]> BytesAsync(int count, CancellationToken cancel)
    {
        byte[] bytes = new byte[count];
        for (int done = 0; done < count;)
        {
            if (_start == _end)
            {
                _start = 0;
                _end = await stream.ReadAsync(_buffer, cancel);
                if (_end == 0)
                {
                    throw new EndOfStreamException();
                }
            }

            int take = Math.Min(count - done, _end - _start);
            _buffer.AsSpan(_start, take).CopyTo(bytes.AsSpan(done));
            _start += take;
            done += take;
        }

        return bytes;
    }
}

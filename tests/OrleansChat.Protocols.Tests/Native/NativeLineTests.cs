using System.Text;
using System.Text.Json;
using OrleansChat.Protocols.Native;

namespace OrleansChat.Protocols.Tests.Native;

public sealed class NativeLineTests
{
    [Theory]
    [InlineData("""{"id":7,"do":"send","text":"hi"}""", "7")]
    [InlineData("""{"do":"send","id":"a-1"}""", "\"a-1\"")]
    [InlineData("""{"do":"send"}""", null)]
    [InlineData("""{"id":null,"do":"send"}""", null)]
    [InlineData("""{"id":-0.5e300,"do":"send"}""", "-0.5e300")]
    [InlineData("""{"id":"\"\\\u00e4\n","do":"send"}""", "\"\\\"\\\\\\u00e4\\n\"")]
    [InlineData(" \t{ \"id\" : 7 , \"do\" : \"send\" }\r", "7")]
    public void Command_has_its_name_and_its_id_as_it_was_written(string line, string? id)
    {
        using NativeLine command = Read(line);

        Assert.Equal(("send", id), (command.Command, command.Id));
    }

    [Theory]
    [InlineData("", null)]
    [InlineData("null", null)]
    [InlineData("7", null)]
    [InlineData("[]", null)]
    [InlineData("\"do\"", null)]
    [InlineData("{", null)]
    [InlineData("{}", null)]
    [InlineData("""{"id":7}""", "7")]
    [InlineData("""{"id":7,"do":5}""", "7")]
    [InlineData("""{"id":7,"do":null}""", "7")]
    [InlineData("""{"id":7,"do":"\ud800"}""", "7")]
    [InlineData("""{"id":{},"do":"send"}""", null)]
    [InlineData("""{"id":[1],"do":"send"}""", null)]
    [InlineData("""{"id":true,"do":"send"}""", null)]
    [InlineData("""{"id":7,"do":"send"}{"id":8,"do":"send"}""", null)]
    [InlineData("""{"id":7,"do":"send",}""", null)]
    [InlineData("""{"id":7,"do":"send"} // why""", null)]
    [InlineData("""{'id':7,'do':'send'}""", null)]
    [InlineData("""{"id":07,"do":"send"}""", null)]
    [InlineData("""{"id":7,"do":"send","text":"\x"}""", null)]
    public void Line_that_is_no_command_is_refused_with_its_id_where_there_is_one(string line, string? id)
    {
        Assert.False(TryRead(line, out string? found));
        Assert.Equal(id, found);
    }

    [Fact]
    public void Id_has_at_most_64_characters_of_text()
    {
        string longest = new('a', 64);
        using NativeLine command = Read($$"""{"id":"{{longest}}","do":"ping"}""");

        Assert.Equal($"\"{longest}\"", command.Id);
        Assert.False(TryRead($$"""{"id":"{{longest}}a","do":"ping"}""", out _));
        Assert.False(TryRead($$"""{"id":{{new string('1', 67)}},"do":"ping"}""", out _));
    }

    [Fact]
    public void Command_may_be_nested_32_deep_and_no_deeper()
    {
        using NativeLine command = Read($$"""{"do":"send","data":{{Nested(31)}}}""");

        Assert.Equal("send", command.Command);
        foreach (int depth in new[] { 32, 33, 64, 65, 1000, 30_000 })
        {
            Assert.False(TryRead($$"""{"id":1,"do":"send","data":{{Nested(depth)}}}""", out _));
            Assert.False(TryRead(new string('[', depth), out _));
        }
    }

    [Theory]
    [InlineData(0x80)]
    [InlineData(0xC0)]
    [InlineData(0xC3)]
    [InlineData(0xED)]
    [InlineData(0xF5)]
    [InlineData(0xFF)]
    public void Line_with_a_byte_that_is_no_UTF8_is_refused(byte bad)
    {
        byte[] line = [.. "{\"id\":1,\"do\":\"send\",\"text\":\"a"u8, bad, .. "b\"}"u8];

        Assert.False(NativeLine.TryRead(line, out _, out _));
    }

    [Fact]
    public void Half_a_surrogate_in_a_parameter_does_not_keep_the_command_from_being_read()
    {
        using NativeLine command = Read("""{"id":1,"do":"send","text":"\ud83d"}""");

        Assert.Throws<InvalidOperationException>(() => command.Parameters.GetProperty("text").GetString());
    }

    [Fact]
    public void Frame_is_split_at_line_feeds()
    {
        ReadOnlyMemory<byte> frame = "one\r\n\n two\nthree"u8.ToArray();
        var lines = new List<string>();
        while (!frame.IsEmpty)
        {
            lines.Add(Encoding.UTF8.GetString(NativeLine.NextLine(ref frame).Span));
        }

        Assert.Equal(["one\r", "", " two", "three"], lines);
        Assert.Equal([false, true, false, false], lines.Select(line => NativeLine.IsBlank(Encoding.UTF8.GetBytes(line))));
        Assert.True(NativeLine.IsBlank(" \t\r"u8));
    }

    [Fact]
    public void Random_bytes_never_throw()
    {
        int seed = Random.Shared.Next();
        var random = new Random(seed);
        byte[] sample = Encoding.UTF8.GetBytes("""{"id":"x\u00e4","do":"send","conversation":"dm:a:b","data":{"a":[1,2.5e3,null,true,"😀"]},"text":"hi"}""");
        const string Syntax = "{}[]\",:\\u0123456789.eE+-tfnrdl \t\n";
        for (int i = 0; i < 50_000; i++)
        {
            byte[] line = (i % 3) switch
            {
                0 => [.. Enumerable.Range(0, random.Next(60)).Select(_ => (byte)random.Next(256))],
                1 => [.. Enumerable.Range(0, random.Next(60)).Select(_ => (byte)Syntax[random.Next(Syntax.Length)])],
                _ => Mutated(sample, random, Syntax),
            };
            AssertNeverThrows(line, $"Seed {seed}, round {i}");
        }
    }

    private static byte[] Mutated(byte[] sample, Random random, string syntax)
    {
        List<byte> line = [.. sample];
        for (int changes = random.Next(1, 5); changes > 0; changes--)
        {
            int at = random.Next(line.Count);
            switch (random.Next(3))
            {
                case 0: line[at] = (byte)random.Next(256); break;
                case 1: line.RemoveRange(at, Math.Min(line.Count - at, random.Next(8))); line.Add((byte)'}'); break;
                default: line.Insert(at, (byte)syntax[random.Next(syntax.Length)]); break;
            }
        }

        return [.. line];
    }

    private static void AssertNeverThrows(byte[] line, string which)
    {
        try
        {
            if (NativeLine.TryRead(line, out NativeLine? command, out string? id))
            {
                // What was read can be looked into and repeated in a reply.
                command.Parameters.TryGetProperty("conversation", out _);
                using JsonDocument reply = JsonDocument.Parse(NativeReplies.Ok(command.Id ?? "0", "{}"u8));
                command.Dispose();
            }
            else
            {
                using JsonDocument refusal = JsonDocument.Parse(NativeReplies.Error(id, 4000, "bad_request", "\"no\"", false));
            }
        }
        catch (Exception failure)
        {
            throw new InvalidOperationException($"{which}: {Convert.ToHexString(line)}", failure);
        }
    }

    private static string Nested(int depth) => new string('[', depth) + new string(']', depth);

    private static NativeLine Read(string line)
    {
        Assert.True(NativeLine.TryRead(Encoding.UTF8.GetBytes(line), out NativeLine? command, out _));
        return command;
    }

    private static bool TryRead(string line, out string? id)
    {
        bool read = NativeLine.TryRead(Encoding.UTF8.GetBytes(line), out NativeLine? command, out id);
        command?.Dispose();
        return read;
    }
}

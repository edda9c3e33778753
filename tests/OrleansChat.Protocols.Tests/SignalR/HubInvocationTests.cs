using System.Buffers;
using System.Text;
using OrleansChat.Protocols.SignalR;
using OrleansChat.Protocols.Tests.WebSockets;

namespace OrleansChat.Protocols.Tests.SignalR;

public sealed class HubInvocationTests
{
    [Theory]
    [InlineData("""{"type":1,"invocationId":"7","target":"Send","arguments":[{"text":"a"}]}""", "\"7\"", """{"text":"a"}""")]
    [InlineData("""{"arguments":[{"to":"b"}],"invocationId":"x\"\u00e4","target":"Send","type":1}""", "\"x\\\"\\u00e4\"", """{"to":"b"}""")]
    [InlineData(""" { "target" : "\u0053end" , "type" : 1 , "arguments" : [ { "a" : [ { } ] } ] } """, null, """{ "a" : [ { } ] }""")]
    [InlineData("""{"type":1,"invocationId":"","target":"Send","arguments":[{}]}""", null, "{}")]
    public void Invocation_of_the_method_is_read_in_whatever_order_its_members_stand(string message, string? id, string argument)
    {
        Assert.True(HubInvocation.TryRead(Encoding.UTF8.GetBytes(message), "Send"u8, out HubInvocation? invocation));
        using (invocation)
        {
            Assert.Equal(id, invocation.Id is { } given ? Encoding.UTF8.GetString(given) : null);
            Assert.Equal(argument, invocation.Argument.GetRawText());
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"type":6}""")]
    [InlineData("""{"type":4,"invocationId":"7","target":"Send","arguments":[{}]}""")]
    [InlineData("""{"type":"1","invocationId":"7","target":"Send","arguments":[{}]}""")]
    [InlineData("""{"type":1,"invocationId":"7","target":"History","arguments":[{}]}""")]
    [InlineData("""{"type":1,"invocationId":"7","target":"Send"}""")]
    [InlineData("""{"type":1,"invocationId":"7","target":"Send","arguments":[]}""")]
    [InlineData("""{"type":1,"invocationId":"7","target":"Send","arguments":[[]]}""")]
    [InlineData("""{"type":1,"invocationId":"7","target":"Send","arguments":[{},{}]}""")]
    [InlineData("""{"type":1,"invocationId":"\ud800","target":"Send","arguments":[{}]}""")]
    [InlineData("""{"type":1,"invocationId":7,"target":"Send","arguments":[{}]}""")]
    [InlineData("""{"type":1,"invocationId":"7","invocationId":"8","target":"Send","arguments":[{}]}""")]
    [InlineData("""{"type":1,"invocationId":"7","target":"Send","arguments":[{}],"arguments":[{}]}""")]
    [InlineData("""{"type":1,"invocationId":"7","target":"Send","arguments":[{}],"streamIds":["1"]}""")]
    [InlineData("""{"type":1,"invocationId":"7","target":"Send","arguments":[{}],"headers":{}}""")]
    [InlineData("""{"type":1,"invocationId":"7","target":"Send","arguments":[{}]}{}""")]
    [InlineData("""{"type":1,"invocationId":"7","target":"Send","arguments":[{"a":}]}""")]
    [InlineData("""{"type":1,"invocationId":"7777777777777777777777777777777777777777777777777777777777777777777","target":"Send","arguments":[{}]}""")]
    public void Everything_else_is_for_whoever_speaks_all_of_the_protocol(string message) =>
        Assert.False(HubInvocation.TryRead(Encoding.UTF8.GetBytes(message), "Send"u8, out _));

    [Fact]
    public void Argument_that_is_too_deep_or_no_text_is_not_read()
    {
        string deep = $$"""{"type":1,"target":"Send","arguments":[{"a":{{new string('[', 40)}}{{new string(']', 40)}}}]}""";
        byte[] noText = [.. "{\"type\":1,\"target\":\"Send\",\"arguments\":[{\"a\":\""u8, 0xC3, 0x28, .. "\"}]}"u8];

        Assert.False(HubInvocation.TryRead(Encoding.UTF8.GetBytes(deep), "Send"u8, out _));
        Assert.False(HubInvocation.TryRead(noText, "Send"u8, out _));
    }

    [Fact]
    public void Messages_are_the_same_however_the_bytes_are_cut()
    {
        byte[] bytes = Encoding.UTF8.GetBytes("one\u001etwo\u001e\u001ethr");
        for (int size = 1; size <= bytes.Length; size++)
        {
            ReadOnlySequence<byte> rest = ClientFrames.Split(bytes, size);
            var messages = new List<string>();
            while (HubInvocation.TryNext(ref rest, out ReadOnlyMemory<byte> message))
            {
                messages.Add(Encoding.UTF8.GetString(message.Span));
            }

            Assert.Equal(["one", "two", string.Empty], messages);
            Assert.Equal("thr", Encoding.UTF8.GetString(rest.ToArray()));
        }
    }

    [Fact]
    public void Answers_end_like_every_message()
    {
        Assert.Equal(
            "{\"type\":3,\"invocationId\":\"7\",\"result\":{\"seq\":1}}\u001e",
            Encoding.UTF8.GetString(HubCompletions.Result("\"7\""u8, "{\"seq\":1}"u8)));
        Assert.Equal(
            "{\"type\":3,\"invocationId\":\"7\",\"error\":\"no \\\"x\\\"\"}\u001e",
            Encoding.UTF8.GetString(HubCompletions.Error("\"7\""u8, "no \"x\"")));
    }
}

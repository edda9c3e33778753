using System.Text;
using System.Text.Json;
using OrleansChat.Protocols.Native;

namespace OrleansChat.Protocols.Tests.Native;

public sealed class NativeRepliesTests
{
    [Theory]
    [InlineData("7")]
    [InlineData("\"a-1\"")]
    [InlineData("\"ä\\n😀\"")]
    public void Answer_repeats_the_id_as_it_was_written(string id) =>
        Assert.Equal("{\"re\":" + id + ",\"ok\":{\"seq\":1}}", Encoding.UTF8.GetString(NativeReplies.Ok(id, "{\"seq\":1}"u8)));

    [Fact]
    public void Refusal_has_number_name_sentence_and_whether_to_try_again()
    {
        Assert.Equal(
            """{"re":7,"error":{"code":4290,"name":"rate_limited","message":"Slow down.","retry":true}}""",
            Encoding.UTF8.GetString(NativeReplies.Error("7", 4290, "rate_limited", "Slow down.", true)));
        Assert.Equal(
            """{"error":{"code":4000,"name":"bad_request","message":"x","retry":false}}""",
            Encoding.UTF8.GetString(NativeReplies.Error(null, 4000, "bad_request", "x", false)));
    }

    [Fact]
    public void Refusal_s_sentence_is_one_line_of_valid_JSON_whatever_is_in_it()
    {
        const string Sentence = "\"quoted\" \\ \n \r \u0000 ä 😀";

        byte[] reply = NativeReplies.Error("1", 4000, "bad_request", Sentence, false);

        Assert.DoesNotContain((byte)'\n', reply);
        Assert.Equal(Sentence, JsonDocument.Parse(reply).RootElement.GetProperty("error").GetProperty("message").GetString());
    }
}

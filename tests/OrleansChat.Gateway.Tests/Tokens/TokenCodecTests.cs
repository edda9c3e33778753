using System.Text;
using OrleansChat.Gateway.Tokens;
using OrleansChat.Users;

namespace OrleansChat.Gateway.Tests.Tokens;

public sealed class TokenCodecTests
{
    private static readonly byte[] Key = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];

    private static readonly TokenClaims Claims = new("alice", "inc", "id", 1_795_219_200_123, 1_797_811_200_123);

    private static readonly Dictionary<string, byte[]> Keys = new() { ["k1"] = Key, ["k2"] = [.. Key.Reverse()] };

    [Fact]
    public void Token_says_what_was_written() => Assert.Equal(Claims, TokenCodec.Read(TokenCodec.Write(Claims, "k1", Key), Keys));

    [Fact]
    public void Token_with_any_character_changed_left_out_or_doubled_is_refused()
    {
        string token = TokenCodec.Write(Claims, "k1", Key);
        const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ |\n";

        for (int at = 0; at < token.Length; at++)
        {
            foreach (char other in Alphabet.Where(other => other != token[at]))
            {
                AssertRefused($"{token[..at]}{other}{token[(at + 1)..]}");
            }

            AssertRefused(token.Remove(at, 1));
            AssertRefused(token.Insert(at, token[at].ToString()));
        }

        foreach (string around in new[] { " ", "\n", "=", ".", "A" })
        {
            AssertRefused(token + around);
            AssertRefused(around + token);
        }

        Assert.NotNull(TokenCodec.Read(token, Keys));
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("...")]
    [InlineData("v1.k1..")]
    [InlineData("v1.k1.YQ.YQ")]
    [InlineData("v2.k1.a.b")]
    [InlineData("v1.k1.a.b.c")]
    public void Text_that_is_no_token_is_refused(string text) => AssertRefused(text);

    [Fact]
    public void Token_that_is_longer_than_any_is_refused() => AssertRefused(new string('a', 100_000));

    [Fact]
    public void Token_signed_with_another_key_is_refused()
    {
        AssertRefused(TokenCodec.Write(Claims, "k1", Keys["k2"]));
        AssertRefused(TokenCodec.Write(Claims, "k3", Key));
        Assert.Null(TokenCodec.Read(TokenCodec.Write(Claims, "k1", Key), new Dictionary<string, byte[]>()));
    }

    [Fact]
    public void Claims_of_one_token_do_not_go_with_the_signature_of_another()
    {
        string[] alice = TokenCodec.Write(Claims, "k1", Key).Split('.');
        string[] mallory = TokenCodec.Write(Claims with { User = "mallory" }, "k1", Key).Split('.');

        AssertRefused(string.Join('.', alice[0], alice[1], alice[2], mallory[3]));
        AssertRefused(string.Join('.', alice[0], "k2", alice[2], alice[3]));
    }

    [Fact]
    public void Random_text_never_throws_and_is_never_a_token()
    {
        int seed = Random.Shared.Next();
        var random = new Random(seed);
        string token = TokenCodec.Write(Claims, "k1", Key);
        for (int i = 0; i < 20_000; i++)
        {
            var text = new StringBuilder(token);
            for (int changes = random.Next(1, 6); changes > 0; changes--)
            {
                text[random.Next(text.Length)] = (char)random.Next(i % 2 == 0 ? 128 : char.MaxValue);
            }

            string changed = text.ToString();
            Assert.True(changed == token || TokenCodec.Read(changed, Keys) is null, $"Seed {seed}: {changed}");
        }
    }

    private static void AssertRefused(string token) => Assert.True(TokenCodec.Read(token, Keys) is null, $"accepted: {token}");
}

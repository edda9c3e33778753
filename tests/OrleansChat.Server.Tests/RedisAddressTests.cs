using OrleansChat.Redis;

namespace OrleansChat.Server.Tests;

public sealed class RedisAddressTests
{
    [Theory]
    [InlineData("localhost:6379", "localhost", 6379, null)]
    [InlineData("[::1]:1", "::1", 1, null)]
    [InlineData("db.example:65535,password=a=b", "db.example", 65535, "a=b")]
    [InlineData("db:1, PASSWORD=x", "db", 1, "x")]
    public void An_address_is_read_with_its_password(string text, string host, int port, string? password)
    {
        Assert.True(RedisAddress.TryParse(text, out RedisAddress? address));
        Assert.Equal(new RedisAddress(host, port, password), address);
    }

    [Theory]
    [InlineData("")]
    [InlineData("db")]
    [InlineData(":1")]
    [InlineData("db:0")]
    [InlineData("db:65536")]
    [InlineData("::1:6379")]
    [InlineData("a b:1")]
    [InlineData("db:1,password=")]
    [InlineData("db:1,ssl=true")]
    [InlineData("db:1,password=a,b")]
    public void What_is_no_address_is_refused(string text) => Assert.False(RedisAddress.TryParse(text, out _));

    [Fact]
    public void Its_text_has_no_password() => Assert.Equal("[::1]:6379", new RedisAddress("::1", 6379, "secret").ToString());
}

using System.Text.Json;
using OrleansChat.Gateway.FrontEnds.Rest.Requests;
using OrleansChat.Gateway.Tests.Rest.Support;

namespace OrleansChat.Gateway.Tests.Rest;

public sealed class ProblemTests
{
    public static TheoryData<int, int> Statuses => new()
    {
        { 4000, 400 }, { 4001, 413 }, { 4010, 401 }, { 4030, 403 }, { 4031, 403 }, { 4032, 403 }, { 4033, 403 }, { 4034, 403 },
        { 4040, 404 }, { 4041, 404 }, { 4042, 404 }, { 4090, 409 }, { 4091, 409 }, { 4092, 409 }, { 4290, 429 }, { 5000, 500 }, { 5030, 503 },
    };

    [Fact]
    public void Table_of_statuses_has_every_error() =>
        Assert.Equal(ChatError.All.Select(error => error.Code).Order(), Statuses.Select(row => row.Data.Item1).Order());

    [Theory]
    [MemberData(nameof(Statuses))]
    public void Error_has_the_status_of_the_contract(int code, int status) => Assert.Equal(status, RestProblem.StatusOf(ChatError.Of(code)));

    [Theory]
    [MemberData(nameof(Statuses))]
    public async Task Refused_command_becomes_a_problem_document(int code, int status)
    {
        await using RestHost host = await RestHost.StartAsync();
        ChatError error = ChatError.Of(code).Because("Exactly so.");
        host.Answer = _ => error;

        using HttpResponseMessage response = await host.SendAsync("GET", "me");

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(code, await response.ProblemAsync());
        JsonElement problem = await response.JsonAsync();
        Assert.Equal(error.Name, problem.GetProperty("name").GetString());
        Assert.Equal(ChatError.Of(code).Message, problem.GetProperty("title").GetString());
        Assert.Equal("Exactly so.", problem.GetProperty("detail").GetString());
        Assert.Equal(error.Retry, problem.GetProperty("retry").GetBoolean());
        Assert.Equal("/docs#" + error.Name, problem.GetProperty("type").GetString());
        Assert.Equal(status is 429 or 503, response.Headers.RetryAfter?.Delta >= TimeSpan.FromSeconds(1));
        Assert.Equal(status == 401 ? "Bearer" : "", response.Headers.WwwAuthenticate.ToString());
    }
}

using ChainHealth.Dashboard.Hosting;

namespace ChainHealth.Dashboard.Tests;

public sealed class OptionsTests : IDisposable
{
    private readonly string _network = Directory.CreateTempSubdirectory("chainhealth-options-").FullName;

    public OptionsTests() => Directory.CreateDirectory(Path.Combine(_network, "members", "dashboard"));

    public void Dispose() => Directory.Delete(_network, recursive: true);

    [Fact]
    public void It_listens_on_loopback_unless_told_otherwise()
    {
        Assert.True(DashboardOptions.TryParse(["--network", _network], out DashboardOptions? options, out _));
        Assert.Equal("http://127.0.0.1:5080", options.Urls);
        Assert.Equal(Path.Combine(_network, "members", "dashboard", "data"), options.StoreFolder);
    }

    [Theory]
    [InlineData("option '--network' is missing")]
    [InlineData("unknown option '--colour'", "--colour", "blue")]
    [InlineData("option '--network' lacks its value", "--network")]
    [InlineData("network folder '/no/such/folder' does not exist", "--network", "/no/such/folder")]
    public void A_wrong_command_line_is_named(string fault, params string[] args)
    {
        Assert.False(DashboardOptions.TryParse(args, out _, out string told));
        Assert.Equal(fault, told);
    }

    [Theory]
    [InlineData("--port", "70000", "port '70000' is not a number from 0 to 65535")]
    [InlineData("--parent-pid", "x", "parent process id 'x' is not a number")]
    [InlineData("--member", "nobody", "has no member 'nobody'")]
    [InlineData("--member", "../dashboard", "has no member '../dashboard'")]
    public void A_wrong_value_is_named(string option, string value, string fault)
    {
        Assert.False(DashboardOptions.TryParse(["--network", _network, option, value], out _, out string told));
        Assert.EndsWith(fault, told, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/rounds", "/rounds")]
    [InlineData("//evil.example", "/")]
    [InlineData("https://evil.example", "/")]
    [InlineData("/\\evil.example", "/")]
    [InlineData(null, "/")]
    public void After_logging_in_nobody_is_led_away(string? address, string target) =>
        Assert.Equal(target, Urls.Local(address));
}

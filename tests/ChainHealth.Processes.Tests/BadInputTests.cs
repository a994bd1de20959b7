using System.Net;
using System.Net.Sockets;

namespace ChainHealth.Processes.Tests;

/// <summary>What the real programs say to bad input: one line what is wrong, one line what to do, nothing left behind.
/// </summary>
public sealed class BadInputTests : WorkPlace
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData("unknown-set", "--dataset", "unknown-set")]
    [InlineData("unknown-model", "--model", "unknown-model")]
    [InlineData("label-flip", "--attack", "unknown-attack:1")]
    [InlineData("not a port", "--port", "0")]
    public async Task An_unknown_name_is_refused_before_anything_is_created(string named, params string[] options)
    {
        (int code, _, string error) =
            await ChainHealthProcess.RunAsync(Limit, ["demo", "--headless", "--work", Network, .. options]);
        RequireTwoLines(code, error, named);
        Assert.False(Directory.Exists(Network));
    }

    [Fact]
    public async Task A_port_in_use_is_refused_before_anything_is_created()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        (int code, _, string error) =
            await ChainHealthProcess.RunAsync(Limit, "demo", "--work", Network, "--port", $"{port}");
        RequireTwoLines(code, error, $"port {port} is in use");
        Assert.False(Directory.Exists(Network));
    }

    [Fact]
    public async Task A_validator_does_not_start_on_the_genesis_of_another_network()
    {
        string other = FileIn("other");
        await ChainHealthProcess.RunAsync(Limit, "network", "init", Network);
        await ChainHealthProcess.RunAsync(Limit, "network", "init", other);
        File.Copy(Path.Combine(other, "genesis.bin"), Path.Combine(Network, "genesis.bin"), overwrite: true);
        (int code, _, string error) = await ChainHealthProcess.RunAsync(
            Limit, "node", "--network", Network, "--member", "validator-1");
        Assert.NotEqual(0, code);
        Assert.Contains("genesis", error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    private static void RequireTwoLines(int code, string error, string named)
    {
        Assert.NotEqual(0, code);
        string[] lines = error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, lines.Length);
        Assert.StartsWith("error: ", lines[0], StringComparison.Ordinal);
        Assert.Contains(named, lines[0], StringComparison.Ordinal);
        Assert.StartsWith("next:  ", lines[1], StringComparison.Ordinal);
    }
}

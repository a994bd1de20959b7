using System.Text.Json;

namespace ChainHealth.Cli.Tests;

/// <summary>network init, and the folders that it must not touch.</summary>
public sealed class NetworkInitTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("chainhealth-cli-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Creates_members_and_says_so_as_json()
    {
        (int code, string output, _) = await CommandLineTests.RunAsync(
            ["network", "init", _folder, "--validators", "4", "--hospitals", "3", "--base-port", "6100", "--json"]);
        Assert.Equal(ExitCode.Done, code);
        using var json = JsonDocument.Parse(output);
        JsonElement members = json.RootElement.GetProperty("members");
        Assert.Equal(10, members.GetArrayLength());
        Assert.Equal("127.0.0.1:6103", members[3].GetProperty("endpoint").GetString());
        Assert.Equal(64, json.RootElement.GetProperty("chain").GetString()!.Length);
        Assert.True(File.Exists(Path.Combine(_folder, "genesis.bin")));
    }

    [Fact]
    public async Task A_folder_with_an_earlier_network_is_left_alone()
    {
        await CommandLineTests.RunAsync(["network", "init", _folder]);
        byte[] before = await File.ReadAllBytesAsync(Path.Combine(_folder, "genesis.bin"));
        (int code, _, string error) = await CommandLineTests.RunAsync(["network", "init", _folder]);
        Assert.Equal(ExitCode.Usage, code);
        Assert.Contains("holds the network of an earlier run", error, StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllBytesAsync(Path.Combine(_folder, "genesis.bin")));
    }

    [Fact]
    public async Task A_stale_work_folder_is_refused_before_anything_starts()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "notes.txt"), "mine");
        (int code, _, string error) = await CommandLineTests.RunAsync(["demo", "--headless", "--work", _folder]);
        Assert.Equal(ExitCode.Usage, code);
        Assert.Contains("is not empty", error, StringComparison.Ordinal);
        Assert.Equal(["notes.txt"], Directory.EnumerateFileSystemEntries(_folder).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData("--validators", "6")]
    [InlineData("--hospitals", "1")]
    [InlineData("--base-port", "65534")]
    public async Task A_network_that_cannot_be_leaves_no_folder(string option, string value)
    {
        string folder = Path.Combine(_folder, "new");
        (int code, _, string error) = await CommandLineTests.RunAsync(["network", "init", folder, option, value]);
        Assert.Equal(ExitCode.Usage, code);
        Assert.Contains("next:", error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder));
    }

    [Theory]
    [InlineData("chain", "status")]
    [InlineData("run", "status")]
    [InlineData("run", "stop", "1")]
    public async Task A_folder_without_a_network_is_named(params string[] command)
    {
        (int code, _, string error) = await CommandLineTests.RunAsync([.. command, "--network", _folder]);
        Assert.Equal(ExitCode.Usage, code);
        Assert.Contains($"{_folder} holds no network", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_genesis_is_named()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "genesis.bin"), "no genesis");
        (int code, _, string error) = await CommandLineTests.RunAsync(["chain", "status", "--network", _folder]);
        Assert.Equal(ExitCode.Usage, code);
        Assert.Contains("damaged", error, StringComparison.Ordinal);
    }
}

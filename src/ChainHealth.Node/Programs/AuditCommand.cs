using System.CommandLine;
using System.Text.Json;
using ChainHealth.Client;
using ChainHealth.Ledger;

namespace ChainHealth.Node;

/// <summary>audit-store: checks the files of a stopped (or idle) validator; prints JSON.</summary>
internal static class AuditCommand
{
    private static readonly JsonSerializerOptions Shape = new(JsonSerializerDefaults.Web);

    public static Command Create()
    {
        var store = new Option<string>("--store") { Description = "Data folder of the validator", Required = true };
        var genesis = new Option<string>("--genesis") { Description = "genesis.bin of its network", Required = true };
        var command = new Command("audit-store", "check a validator's files from genesis on; prints JSON")
        {
            store, genesis,
        };
        command.SetAction(parsed => Run(parsed.GetRequiredValue(store), parsed.GetRequiredValue(genesis)));
        return command;
    }

    private static int Run(string store, string genesisFile)
    {
        try
        {
            byte[] bytes = File.ReadAllBytes(genesisFile);
            Genesis genesis = GenesisFile.TryDecode(bytes, out string? fault)
                ?? throw new NetworkFolderException($"{genesisFile}: damaged: {fault}");
            Console.WriteLine(JsonSerializer.Serialize(StoreAudit.Run(store, genesis), Shape));
            return 0;
        }
        catch (Exception e) when (e is StoreException or NetworkFolderException or IOException
            or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"error: {e.Message}");
            return 1;
        }
    }
}

// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// Runs another contract's code, of either language, on its own storage and balance, and lets its admin change which. Its
/// one function hides a function of the implementation that has the same signature.
contract Proxy {
    // EIP-1967's slots. No variable of the implementation can lie there.
    bytes32 private constant IMPLEMENTATION = 0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc;
    bytes32 private constant ADMIN = 0xb53127684a568b3173ae13b9f8a6016e243e63b6e8ee1178d6a717850b5d6103;

    event Upgraded(address indexed implementation);

    error NotAdmin(address who);

    /// `data` is called on the implementation at once, in the place of a constructor; empty for none.
    constructor(address implementation, bytes memory data) {
        store(ADMIN, msg.sender);
        use(implementation);
        if (data.length > 0) run(implementation, data);
    }

    function upgradeTo(address implementation) public {
        if (msg.sender != load(ADMIN)) revert NotAdmin(msg.sender);
        use(implementation);
    }

    /// What is called goes on as it came, and what comes back, or the revert, goes back as it is.
    fallback(bytes calldata data) external payable returns (bytes memory) {
        return run(load(IMPLEMENTATION), data);
    }

    /// Plain value is the implementation's too.
    receive() external payable {
        run(load(IMPLEMENTATION), "");
    }

    function use(address implementation) private {
        require(implementation.code.length > 0, "no code there");
        store(IMPLEMENTATION, implementation);
        emit Upgraded(implementation);
    }

    function run(address implementation, bytes memory data) private returns (bytes memory answer) {
        bool success;
        (success, answer) = implementation.delegatecall(data);
        if (!success) {
            assembly {
                revert(add(answer, 32), mload(answer))
            }
        }
    }

    function load(bytes32 slot) private view returns (address value) {
        assembly {
            value := sload(slot)
        }
    }

    function store(bytes32 slot, address value) private {
        assembly {
            sstore(slot, value)
        }
    }
}

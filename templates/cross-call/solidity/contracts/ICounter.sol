// SPDX-License-Identifier: UNLICENSED
pragma solidity ^0.8.0;

interface ICounter {
    event NumberChanged(address indexed by, uint256 number);
    function owner() external view returns (address result0);
    function number() external view returns (uint256 result0);
    function add(uint256 amount) external returns (uint256 result0);
}
